import { useEffect, useState } from 'preact/hooks';
import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, ConfirmButton, Form, Problem, Screen, SubmitRow } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { day, text } from '../ui/text.ts';
import { allowRelay } from './relay-permission.ts';

/** Says, after a restore, that other devices lack the new keys, and offers to look for them. */
export function Apart(props: { group: DeviceGroup; onFind: () => void; onChange: () => void }) {
	const action = useAction();
	return (
		<div class="card note">
			<h2>{text('popup_apart_title')}</h2>
			<p>{text('popup_apart_what')}</p>
			<div class="stack">
				<Button onPress={props.onFind}>{text('popup_apart_find')}</Button>
				{props.group.devices.length < 2 && (
					<ConfirmButton
						ask={text('popup_apart_none_ask')}
						action={action}
						onYes={async () => {
							if (await action.run(() => request('device.alone', { identity: props.group.id }))) props.onChange();
						}}
					>
						{text('popup_apart_none')}
					</ConfirmButton>
				)}
			</div>
		</div>
	);
}

/** Other devices, each to be ticked: to whom keys go only the user can say. `keep`: ids of those that are ticked. */
function DeviceChoice(props: { devices: LinkedDevice[]; keep: string[]; onKeep: (ids: string[]) => void }) {
	const { keep, onKeep } = props;
	return (
		<fieldset class="choices">
			<legend>{text('popup_find_which')}</legend>
			{props.devices.map(({ id, name, browser, linked, seen }) => (
				<label class="choice" key={id}>
					<input
						type="checkbox"
						checked={keep.includes(id)}
						onChange={(event) => onKeep(event.currentTarget.checked ? [...keep, id] : keep.filter((other) => other !== id))}
					/>
					<span>
						<strong dir="auto">{name || text('popup_device_unnamed')}</strong>
						<span class="hint">
							{text(`popup_device_${browser}`)} · {text('popup_device_linked', day(linked))} · {text('popup_device_seen', day(seen))}
						</span>
					</span>
				</label>
			))}
		</fieldset>
	);
}

/** Hands the new keys to those of the devices that are ticked. `relay`: where they were found, '' for none. */
function JoinForm(props: {
	group: DeviceGroup;
	devices: LinkedDevice[];
	relay: string;
	keep: string[];
	onKeep: (ids: string[]) => void;
	onDone: () => void;
}) {
	const { keep } = props;
	return (
		<PassphraseForm
			submit={text('popup_find_hand')}
			clearAt="hidden"
			onSubmit={(passphrase) => request('device.rejoin', { identity: props.group.id, relay: props.relay, keep, passphrase })}
			onDone={() => {
				announce(text('popup_find_done'));
				props.onDone();
			}}
		>
			<DeviceChoice devices={props.devices} keep={keep} onKeep={props.onKeep} />
			<div class="card note">
				<p>{text('popup_find_doubt')}</p>
			</div>
		</PassphraseForm>
	);
}

/** After a restore: looks for the other devices of this self, and hands the new keys to those that are still the user's. */
export function FindOthers(props: { group: DeviceGroup; onDone: () => void }) {
	const { id, sync } = props.group;
	const [relay, setRelay] = useState(sync.relay);
	const [result, setResult] = useState<{ relay: string; devices: LinkedDevice[] } | null>(null);
	const [keep, setKeep] = useState<string[]>([]);
	const looking = useAction();
	const look = (address: () => Promise<string>) =>
		looking.run(async () => {
			const at = await address();
			const { devices } = await request('device.find', { identity: id, relay: at });
			setKeep([]);
			setResult({ relay: at, devices });
		});
	// first only what lies in this browser, where its own sync may have brought it: no server is asked
	useEffect(() => void look(async () => ''), []);
	return (
		<Screen title={text('popup_find_title')}>
			<p role="status">{result ? text(result.devices.length > 0 ? 'popup_find_found' : 'popup_find_nothing') : ''}</p>
			{result && result.devices.length > 0 && (
				<JoinForm group={props.group} {...result} keep={keep} onKeep={setKeep} onDone={props.onDone} />
			)}
			<Form action={looking} onSubmit={() => look(() => allowRelay(relay))}>
				<Field
					label={text('popup_find_relay')}
					hint={text('popup_find_relay_hint')}
					value={relay}
					onInput={setRelay}
					inputMode="url"
					dir="ltr"
				/>
				<Problem fault={looking.fault} />
				<SubmitRow action={looking} submit={text('popup_find_look')} kind="plain" onBack={props.onDone} />
			</Form>
		</Screen>
	);
}
