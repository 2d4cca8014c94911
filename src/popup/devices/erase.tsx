import type { DeviceGroup } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { announce } from '../state/announcement.ts';
import { Screen } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

/** Forgets everything before now, for an identity without a phrase: what that means, and the passphrase. */
export function Erase(props: { group: DeviceGroup; onDone: () => void; onBack: () => void }) {
	return (
		<Screen title={text('popup_erase_title')}>
			<ul class="prose">
				<li>{text('popup_erase_what')}</li>
				<li>{text('popup_erase_others')}</li>
				<li>{text('popup_erase_backups')}</li>
			</ul>
			<PassphraseForm
				kind="grave"
				submit={text('popup_erase')}
				back={text('popup_no')}
				clearAt="hidden"
				onSubmit={(passphrase) => request('identity.erase', { id: props.group.id, passphrase })}
				onDone={() => {
					announce(text('popup_erase_done'));
					props.onDone();
				}}
				onBack={props.onBack}
			/>
		</Screen>
	);
}
