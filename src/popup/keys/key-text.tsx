import { useState } from 'preact/hooks';
import { useAway } from '../state/away.ts';
import { text } from '../ui/text.ts';

/**
 * The field for a key: typed, pasted or dropped, as text or as a file. What stands in it is veiled when the window loses focus, until it is
 * edited again. `onText`: `whole` when it came in one piece, by pasting or dropping.
 */
export function KeyText(props: {
	id: string;
	value: string;
	invalid: boolean;
	onText: (value: string, whole: boolean) => void;
	onFile: (file: File) => void;
}) {
	const { id } = props;
	const [hasVeil, setVeil] = useState(false);
	useAway(() => setVeil(true));
	const takeFile = (event: Event, data: DataTransfer | null) => {
		const [file] = data?.files ?? [];
		if (!file) return;
		event.preventDefault();
		props.onFile(file);
	};
	return (
		<div class="field">
			<label for={id}>{text('popup_import_key')}</label>
			<textarea
				id={id}
				rows={4}
				dir="ltr"
				class={hasVeil ? 'veiled' : ''}
				autocomplete="off"
				autocapitalize="off"
				spellcheck={false}
				value={props.value}
				aria-invalid={props.invalid ? 'true' : undefined}
				aria-describedby={`${id}-hint ${id}-problem`}
				onFocus={() => setVeil(false)}
				onInput={(event) => props.onText(event.currentTarget.value, /^insertFrom(Paste|Drop)$/.test(event.inputType))}
				onPaste={(event) => takeFile(event, event.clipboardData)}
				onDragOver={(event) => event.preventDefault()}
				onDrop={(event) => takeFile(event, event.dataTransfer)}
			/>
			<p class="hint" id={`${id}-hint`}>
				{text('popup_import_hint')}
			</p>
		</div>
	);
}
