import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { announce } from '../state/announcement.ts';
import { Screen } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

/** What unlinking a device does and cannot do, and the passphrase. */
export function Unlink(props: { group: DeviceGroup; device: LinkedDevice; onDone: () => void; onBack: () => void }) {
	const { group, device } = props;
	const others = group.devices.filter(({ here, id }) => !here && id !== device.id);
	return (
		<Screen title={text('popup_unlink_title', device.name)}>
			<ul class="prose">
				<li>{text('popup_unlink_new')}</li>
				<li>{text('popup_unlink_old')}</li>
				<li>{text('popup_unlink_nostr')}</li>
				{others.length > 0 && <li>{text('popup_unlink_others', others.map(({ name }) => name).join(', '))}</li>}
			</ul>
			<PassphraseForm
				kind="grave"
				submit={text('popup_device_unlink')}
				back={text('popup_no')}
				clearAt="hidden"
				onSubmit={(passphrase) => request('device.unlink', { identity: group.id, id: device.id, passphrase })}
				onDone={() => {
					announce(text('popup_unlink_done', device.name));
					props.onDone();
				}}
				onBack={props.onBack}
			/>
		</Screen>
	);
}
