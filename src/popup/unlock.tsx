import { useState } from 'preact/hooks';
import { request } from '../messages/request.ts';
import { openInTab } from './state/popup-or-tab.ts';
import { firstRun, place, state, useAction, useAway } from './state/store.ts';
import { Button, Confirmed, Form, Problem, Screen } from './ui/controls.tsx';
import { SecretField } from './ui/fields.tsx';
import { Mask } from './ui/mask.tsx';
import { text } from './ui/text.ts';

/** What waits for the unlock; how many is not known after the browser was started anew. */
function heldWords(count: number | null): string {
	if (count === null) return text('popup_held_some');
	return count === 1 ? text('popup_held_one') : text('popup_held', count);
}

/** The vault is locked. The field is the first thing, the way out for a forgotten passphrase the last. */
export function Unlock() {
	const [passphrase, setPassphrase] = useState('');
	const action = useAction();
	useAway(() => document.visibilityState === 'hidden' && setPassphrase(''));
	const wait = Math.ceil((state.value?.wait ?? 0) / 1000);
	const { held = 0 } = state.value ?? {};
	const unlock = async () => {
		if (wait > 0) return;
		if (await action.run(() => request('vault.unlock', { passphrase }))) setPassphrase('');
	};
	const startAnew = () => {
		if (!place.value.inTab) openInTab(place.value, 'restore');
		else firstRun.value = { on: true, replace: true };
	};
	const restore = () => {
		if (!place.value.inTab) openInTab(place.value, 'restore-backup');
		else firstRun.value = { on: true, replace: true, backup: true };
	};
	return (
		<div class="welcome">
			<Mask size={72} />
			<Screen title={text('popup_unlock_title')} quiet>
				<Form action={action} onSubmit={unlock}>
					<SecretField
						label={text('popup_passphrase')}
						value={passphrase}
						onInput={setPassphrase}
						focus
						invalid={action.fault !== null}
						describedBy="unlock-problem"
					/>
					<Problem fault={action.fault} id="unlock-problem" />
					{held !== 0 && <p class="hint">{heldWords(held)}</p>}
					<p class="hint" role="timer">
						{wait > 0 ? text('popup_unlock_wait', wait) : ''}
					</p>
					<div class="stack">
						<button type="submit" class="main" aria-disabled={wait > 0 || action.busy ? 'true' : undefined}>
							{text(action.busy ? 'popup_unlocking' : 'popup_unlock')}
						</button>
					</div>
				</Form>
				<details>
					<summary>{text('popup_forgotten')}</summary>
					<p>{text('popup_forgotten_what')}</p>
					<Confirmed ask={text('popup_forgotten_ask')} action={action} onYes={startAnew} kind="plain">
						{text('popup_forgotten_start')}
					</Confirmed>
					<Button onPress={restore}>{text('popup_forgotten_backup')}</Button>
				</details>
			</Screen>
		</div>
	);
}
