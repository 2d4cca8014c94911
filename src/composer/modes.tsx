import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { OwnVoice } from '../messages/composer.ts';
import type { Mode } from '../messages/rooms.ts';
import { isSeen } from './sight.ts';
import { act, choose, label, mode, state, voice } from './store.ts';
import { VoiceName } from './voice-name.tsx';
import { modeMeaning, modeName, text } from './words.ts';

/** One way to speak, as it can be chosen. */
function Choice(props: { mode: Mode; voice?: OwnVoice }) {
	const { mode: choice, voice: own } = props;
	const ownLabel = own?.label ?? '';
	const isChosen = mode.value === choice && label.value === ownLabel;
	return (
		<label class="choice">
			<input
				type="radio"
				name="mode"
				checked={isChosen}
				onClick={(event) => {
					// the arrow keys click as well
					if (!isSeen()) event.preventDefault();
				}}
				onChange={() => choose(choice, ownLabel)}
			/>
			<span>
				<b dir="auto">{ownLabel || modeName(choice)}</b>
				{own?.name && <VoiceName voice={own} />}
				<small>{ownLabel ? text('composer_voice_named_meaning') : modeMeaning(choice)}</small>
			</span>
		</label>
	);
}

/** A new key for the voice that is chosen: asked twice, as the old one is not reached again. */
function Renew({ own }: { own: OwnVoice }) {
	const [asking, ask] = useState(false);
	if ((!own.name && !own.ended) || own.met) return null;
	const renew = () => {
		ask(false);
		if (isSeen()) act({ kind: 'renew', label: own.label, from: own.n });
	};
	if (own.ended || asking)
		return (
			<p class="renew">
				<small>{text(own.ended ? 'composer_voice_over' : 'composer_voice_renew_ask')}</small>{' '}
				<button type="button" class="plain" onClick={renew}>
					{text('composer_voice_renew_yes')}
				</button>
			</p>
		);
	return (
		<p class="renew">
			<button type="button" class="plain" onClick={() => ask(true)}>
				{text('composer_voice_renew')}
			</button>
		</p>
	);
}

/** A voice of the user's by a name that nobody else sees. */
function NamedVoice() {
	const [name, setName] = useState('');
	const use = () => {
		if (isSeen()) choose('persona', name);
	};
	return (
		<div class="named">
			<label>
				<b>{text('composer_voice_new')}</b>
				<small>{text('composer_voice_named_meaning')}</small>
				<input
					type="text"
					dir="auto"
					autocomplete="off"
					spellcheck={false}
					maxLength={200}
					value={name}
					placeholder={text('composer_voice_new_example')}
					onInput={(event) => setName(event.currentTarget.value)}
					onKeyDown={(event) => {
						if (event.key !== 'Enter' || event.isComposing) return;
						// Enter in here does not close the sheet before the name was taken
						event.stopPropagation();
						event.preventDefault();
						if (event.isTrusted) use();
					}}
				/>
			</label>
			<button type="button" class="plain" onClick={(event) => event.isTrusted && use()}>
				{text('composer_voice_use')}
			</button>
		</div>
	);
}

/** The sheet on which the mode is chosen. It lies over the whole composer: there is no other place in so low a frame. */
export function Modes({ close }: { close: () => void }) {
	const sheet = useRef<HTMLDivElement>(null);
	const access = state.value?.access;
	const modes: Mode[] = access?.state === 'open' ? access.modes : [mode.value];
	const voices = state.value?.voices ?? [];
	// before the sheet is seen: a key that is pressed at once is meant for it
	useLayoutEffect(() => sheet.current?.querySelector<HTMLElement>('input:checked')?.focus(), []);
	return (
		<div
			class="sheet"
			role="dialog"
			aria-modal="true"
			aria-labelledby="modes-title"
			ref={sheet}
			onKeyDown={(event) => {
				if (event.key !== 'Escape' && event.key !== 'Enter') return;
				if (event.key === 'Enter' && event.target instanceof HTMLButtonElement) return;
				event.preventDefault();
				close();
			}}
		>
			<div class="row">
				<h2 id="modes-title">{text('composer_modes')}</h2>
				<button type="button" class="plain end" onClick={close}>
					{text('composer_done')}
				</button>
			</div>
			<fieldset>
				<legend class="unseen">{text('composer_modes')}</legend>
				{modes.map((choice) =>
					choice === 'persona' ? (
						voices.map((own) => <Choice key={`persona ${own.label}`} mode="persona" voice={own} />)
					) : (
						<Choice key={choice} mode={choice} />
					),
				)}
			</fieldset>
			{voice.value && <Renew key={`${voice.value.label} ${voice.value.n}`} own={voice.value} />}
			{voices.length > 0 && <NamedVoice />}
			{access?.state === 'open' && !modes.includes('keyless') && <small>{text('composer_mode_keyless_missing')}</small>}
		</div>
	);
}
