import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Mode } from '../messages/rooms.ts';
import { isSeen } from './sight.ts';
import { choose, mode, state } from './store.ts';
import { modeMeaning, modeName, text } from './words.ts';

/** The sheet on which the mode is chosen. It lies over the whole composer: there is no other place in so low a frame. */
export function Modes({ close }: { close: () => void }) {
	const sheet = useRef<HTMLDivElement>(null);
	const access = state.value?.access;
	const modes: Mode[] = access?.state === 'open' ? access.modes : [mode.value];
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
				{modes.map((choice) => (
					<label key={choice} class="choice">
						<input
							type="radio"
							name="mode"
							checked={mode.value === choice}
							onClick={(event) => {
								// the arrow keys click as well
								if (!isSeen()) event.preventDefault();
							}}
							onChange={() => choose(choice)}
						/>
						<span>
							<b>{modeName(choice)}</b>
							<small>{modeMeaning(choice)}</small>
						</span>
					</label>
				))}
			</fieldset>
			{access?.state === 'open' && !modes.includes('keyless') && <small>{text('composer_mode_keyless_missing')}</small>}
		</div>
	);
}
