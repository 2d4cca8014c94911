import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useAway } from '../state/away.ts';
import { text } from './text.ts';

type FieldProps = {
	label: string;
	hint?: string;
	value: string;
	onInput: (value: string) => void;
	invalid?: boolean;
	describedBy?: string;
	focus?: boolean;
	type?: 'text' | 'password';
	inputMode?: 'numeric' | 'url';
	dir?: 'ltr' | 'auto';
	onBlur?: () => void;
	onKeyDown?: (event: KeyboardEvent) => void;
};

/** A labelled line of text. `autocomplete="off"` also keeps browsers from writing it into their session files. */
export function Field({ label, hint, value, onInput, invalid, describedBy, focus, type, ...rest }: FieldProps) {
	const id = useId();
	const input = useRef<HTMLInputElement>(null);
	useEffect(() => {
		if (focus) input.current?.focus();
	}, [focus]);
	const description = [hint ? `${id}-hint` : '', describedBy ?? ''].filter(Boolean).join(' ');
	const common = {
		...rest,
		id,
		ref: input,
		autocomplete: 'off',
		autocapitalize: 'off' as const,
		spellcheck: false,
		value,
		onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
		...(invalid ? { 'aria-invalid': 'true' as const } : {}),
		...(description ? { 'aria-describedby': description } : {}),
	};
	return (
		<div class="field">
			<label for={id}>{label}</label>
			{type === 'password' ? <input {...common} type="password" /> : <input {...common} type="text" />}
			{hint && (
				<p class="hint" id={`${id}-hint`}>
					{hint}
				</p>
			)}
		</div>
	);
}

/** A passphrase, with a way to see it that ends when the window loses focus. */
export function SecretField(props: Omit<FieldProps, 'type'>) {
	const [visible, setVisible] = useState(false);
	useAway(() => setVisible(false));
	return (
		<div class="secret">
			<Field {...props} type={visible ? 'text' : 'password'} dir="auto" />
			<button
				type="button"
				class="eye"
				aria-pressed={visible}
				aria-label={text('popup_show_field', props.label)}
				onClick={() => setVisible(!visible)}
			>
				{text(visible ? 'popup_hide' : 'popup_show')}
			</button>
		</div>
	);
}

/** One of a few, in the browser's own list. `options`: value and name. */
export function SelectField(props: { label: string; value: string; options: [string, string][]; onChange: (value: string) => void }) {
	const id = useId();
	return (
		<div class="field">
			<label for={id}>{props.label}</label>
			<select id={id} value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
				{props.options.map(([value, name]) => (
					<option key={value} value={value}>
						{name}
					</option>
				))}
			</select>
		</div>
	);
}

/** A setting that is on or off. */
export function Switch(props: { label: string; hint?: ComponentChildren; on: boolean; onChange: (on: boolean) => void }) {
	const id = useId();
	return (
		<div class="switch">
			<input
				id={id}
				type="checkbox"
				role="switch"
				checked={props.on}
				aria-checked={props.on}
				aria-describedby={props.hint ? `${id}-hint` : undefined}
				onChange={(event) => props.onChange(event.currentTarget.checked)}
			/>
			<label for={id}>{props.label}</label>
			{props.hint && (
				<p class="hint" id={`${id}-hint`}>
					{props.hint}
				</p>
			)}
		</div>
	);
}
