import { useState } from 'preact/hooks';
import type { DeviceGroup } from '../messages.ts';
import { request } from '../platform/request.ts';
import { ReadCode } from './devices-read.tsx';
import { ShownCode } from './devices-show.tsx';
import { Button, Confirmed, Screen } from './pieces.tsx';
import { announce, useAction } from './store.ts';
import { text } from './text.ts';

/** The new keys for devices that stay, one code for each, after another was unlinked. */
export function KeysToHand(props: { group: DeviceGroup; onChange: () => void }) {
	const [shown, show] = useState<number | null>(null);
	const action = useAction();
	const { keys } = props.group;
	const each = shown === null ? undefined : keys[shown];
	if (each)
		return (
			<Screen key={shown} title={text('popup_keys_for', each.device)}>
				<p>{text('popup_keys_what', each.device)}</p>
				<ShownCode text={each.text} pictures={each.pictures} file="bauta-keys.txt" />
				<div class="row">
					<Button kind="main" onPress={() => show(null)}>
						{text('popup_close')}
					</Button>
				</div>
			</Screen>
		);
	if (keys.length === 0) return null;
	return (
		<div class="card note">
			<h3>{text('popup_keys_title')}</h3>
			<p>{text(props.group.sync.way === 'off' ? 'popup_keys_why' : 'popup_keys_why_sync')}</p>
			<div class="stack">
				{keys.map(({ device, text: code }, index) => (
					<Button key={code} onPress={() => show(index)}>
						{text('popup_keys_show', device)}
					</Button>
				))}
				<Confirmed
					ask={text('popup_keys_reached_ask')}
					action={action}
					onYes={async () => {
						if (await action.run(() => request('device.reached', { identity: props.group.id }))) props.onChange();
					}}
				>
					{text('popup_keys_reached')}
				</Confirmed>
			</div>
		</div>
	);
}

/** Takes the new keys that another device shows for this one. */
export function TakeKeys(props: { onDone: () => void }) {
	const [progress, setProgress] = useState('');
	const action = useAction();
	return (
		<Screen title={text('popup_keys_take_title')}>
			<p>{text('popup_keys_take_what')}</p>
			<ReadCode
				label={text('popup_keys_take_code')}
				action={action}
				submit={text('popup_keys_take')}
				progress={progress}
				onCode={async (code) => {
					const found = await request('device.keys', { text: code });
					if (found.state === 'parts') return setProgress(text('popup_read_parts', found.have, found.of));
					announce(text('popup_keys_taken'));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
