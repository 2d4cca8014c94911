import { useState } from 'preact/hooks';
import type { DeviceGroup } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { ReadCode } from '../codes/read-code.tsx';
import { CodeForOther } from '../codes/show-code.tsx';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, ConfirmButton, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

type Keys = DeviceGroup['keys'][number];

/** The new keys for one device that stays. */
export function ShowKeys(props: { keys: Keys; onDone: () => void }) {
	const { device, text: code, pictures } = props.keys;
	return (
		<Screen title={text('popup_keys_for', device)}>
			<p>{text('popup_keys_what', device)}</p>
			<CodeForOther text={code} pictures={pictures} file="bauta-keys.txt" />
			<div class="row">
				<Button kind="main" onPress={props.onDone}>
					{text('popup_close')}
				</Button>
			</div>
		</Screen>
	);
}

/** What still has to reach other devices, one code for each, after another was unlinked. */
export function KeysToHand(props: { group: DeviceGroup; onShow: (keys: Keys) => void; onChange: () => void }) {
	const action = useAction();
	const { keys, sync, id } = props.group;
	if (keys.length === 0) return null;
	return (
		<div class="card note">
			<h2>{text('popup_keys_title')}</h2>
			<p>{text(sync.carrier === 'off' ? 'popup_keys_why' : 'popup_keys_why_sync')}</p>
			<div class="stack">
				{keys.map((code) => (
					<Button key={code.text} onPress={() => props.onShow(code)}>
						{text('popup_keys_show', code.device)}
					</Button>
				))}
				<ConfirmButton
					ask={text('popup_keys_reached_ask')}
					action={action}
					onYes={async () => {
						if (await action.run(() => request('device.reached', { identity: id }))) props.onChange();
					}}
				>
					{text('popup_keys_reached')}
				</ConfirmButton>
			</div>
		</div>
	);
}

/** Takes the new keys that another device shows for this one. */
export function TakeKeys(props: { onDone: () => void }) {
	const [progress, setProgress] = useState('');
	return (
		<Screen title={text('popup_keys_take_title')}>
			<p>{text('popup_keys_take_what')}</p>
			<ReadCode
				label={text('popup_keys_take_code')}
				submit={text('popup_keys_take')}
				progress={progress}
				onCode={async (code) => {
					const answer = await request('device.keys', { text: code });
					if (answer.state === 'parts') return setProgress(text('popup_read_parts', answer.have, answer.of));
					announce(text('popup_keys_taken'));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
