import { request } from '../messages/request.ts';
import { useAction } from './state/actions.ts';
import { useSecret } from './state/away.ts';
import { replaceVault } from './state/navigation.ts';
import { inTab } from './state/popup-or-tab.ts';
import { state } from './state/store.ts';
import { Button, ConfirmButton, Form, Problem, Screen } from './ui/controls.tsx';
import { SecretField } from './ui/fields.tsx';
import { Mask } from './ui/mask.tsx';
import { text } from './ui/text.ts';

/** How many messages wait for the unlock. After a start of the browser the number is not known: null. */
function waitingWords(count: number | null): string {
	if (count === null) return text('popup_held_some');
	return count === 1 ? text('popup_held_one') : text('popup_held', count);
}

/** The ways out for a forgotten passphrase. The vault that is there is set aside. */
function Forgotten() {
	const action = useAction();
	return (
		<details>
			<summary>{text('popup_forgotten')}</summary>
			<p>{text('popup_forgotten_what')}</p>
			<ConfirmButton ask={text('popup_forgotten_ask')} action={action} onYes={() => inTab('restore', () => replaceVault())} kind="plain">
				{text('popup_forgotten_start')}
			</ConfirmButton>
			<Button onPress={() => inTab('restore-backup', () => replaceVault({ backup: true }))}>{text('popup_forgotten_backup')}</Button>
		</details>
	);
}

/** The vault is locked. The field is the first thing, the way out for a forgotten passphrase the last. */
export function Unlock() {
	const [passphrase, setPassphrase] = useSecret('hidden');
	const action = useAction();
	const wait = Math.ceil((state.value?.wait ?? 0) / 1000);
	const { waitingCount = 0 } = state.value ?? {};
	const unlock = async () => {
		if (wait > 0) return;
		if (await action.run(() => request('vault.unlock', { passphrase }))) setPassphrase('');
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
					{waitingCount !== 0 && <p class="hint">{waitingWords(waitingCount)}</p>}
					<p class="hint" role="timer">
						{wait > 0 ? text('popup_unlock_wait', wait) : ''}
					</p>
					<div class="stack">
						<button type="submit" class="main" aria-disabled={wait > 0 || action.busy ? 'true' : undefined}>
							{text(action.busy ? 'popup_unlocking' : 'popup_unlock')}
						</button>
					</div>
				</Form>
				<Forgotten />
			</Screen>
		</div>
	);
}
