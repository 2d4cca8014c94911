import { useState } from 'preact/hooks';
import type { DeviceGroup } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { SecretField } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** Forgets everything before now, for an identity without a phrase: what that means, and the passphrase. */
export function Erase(props: { group: DeviceGroup; onDone: () => void; onBack: () => void }) {
	const [passphrase, setPassphrase] = useState('');
	const action = useAction();
	useAway(() => document.visibilityState === 'hidden' && setPassphrase(''));
	const erase = async () => {
		if (!(await action.run(() => request('identity.erase', { id: props.group.id, passphrase })))) return;
		announce(text('popup_erase_done'));
		props.onDone();
	};
	return (
		<Screen title={text('popup_erase_title')}>
			<ul class="prose">
				<li>{text('popup_erase_what')}</li>
				<li>{text('popup_erase_others')}</li>
				<li>{text('popup_erase_backups')}</li>
			</ul>
			<Form action={action} onSubmit={erase}>
				<SecretField
					label={text('popup_passphrase')}
					value={passphrase}
					onInput={setPassphrase}
					invalid={action.fault?.code === 'wrong-passphrase'}
					describedBy="erase-problem"
				/>
				<Problem fault={action.fault} id="erase-problem" />
				<div class="row">
					<Button kind="quiet" onPress={props.onBack}>
						{text('popup_no')}
					</Button>
					<button type="submit" class="grave" aria-disabled={action.busy ? 'true' : undefined}>
						{text(action.busy ? 'popup_unlocking' : 'popup_erase')}
					</button>
				</div>
			</Form>
		</Screen>
	);
}
