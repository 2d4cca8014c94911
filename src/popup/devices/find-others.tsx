import { useEffect, useState } from 'preact/hooks';
import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction, useAway } from '../state/store.ts';
import { Button, Confirmed, Form, Problem, Screen } from '../ui/controls.tsx';
import { Field, SecretField } from '../ui/fields.tsx';
import { day, text } from '../ui/text.ts';
import { allowRelay } from './sync.tsx';

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
					<Confirmed
						ask={text('popup_apart_none_ask')}
						action={action}
						onYes={async () => {
							if (await action.run(() => request('device.alone', { identity: props.group.id }))) props.onChange();
						}}
					>
						{text('popup_apart_none')}
					</Confirmed>
				)}
			</div>
		</div>
	);
}

/** The devices that were found, each to be ticked: to whom keys go only the user can say. */
function Others(props: { found: LinkedDevice[]; keep: string[]; onKeep: (ids: string[]) => void }) {
	const { keep, onKeep } = props;
	return (
		<fieldset class="choices">
			<legend>{text('popup_find_which')}</legend>
			{props.found.map(({ id, name, browser, linked, seen }) => (
				<label class="choice" key={id}>
					<input
						type="checkbox"
						checked={keep.includes(id)}
						onChange={(event) => onKeep(event.currentTarget.checked ? [...keep, id] : keep.filter((one) => one !== id))}
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

/** After a restore: looks for the other devices of this self, and hands the new keys to those that are still the user's. */
export function FindOthers(props: { group: DeviceGroup; onDone: () => void }) {
	const { id, sync } = props.group;
	const [relay, setRelay] = useState(sync.relay);
	const [at, setAt] = useState('');
	const [found, setFound] = useState<LinkedDevice[] | null>(null);
	const [keep, setKeep] = useState<string[]>([]);
	const [passphrase, setPassphrase] = useState('');
	const looking = useAction();
	const joining = useAction();
	useAway(() => document.visibilityState === 'hidden' && setPassphrase(''));
	const look = (address: () => Promise<string>) =>
		looking.run(async () => {
			const where = await address();
			const { devices } = await request('device.find', { identity: id, relay: where });
			setAt(where);
			setKeep([]);
			setFound(devices);
		});
	// what the browser's account brought is at hand: that is asked of nobody
	useEffect(() => void look(async () => ''), []);
	const join = async () => {
		if (!(await joining.run(() => request('device.rejoin', { identity: id, relay: at, keep, passphrase })))) return;
		announce(text('popup_find_done'));
		props.onDone();
	};
	return (
		<Screen title={text('popup_find_title')}>
			<p role="status">{found ? text(found.length > 0 ? 'popup_find_found' : 'popup_find_nothing') : ''}</p>
			{found && found.length > 0 && (
				<Form action={joining} onSubmit={join}>
					<Others found={found} keep={keep} onKeep={setKeep} />
					<div class="card note">
						<p>{text('popup_find_doubt')}</p>
					</div>
					<SecretField
						label={text('popup_passphrase')}
						value={passphrase}
						onInput={setPassphrase}
						invalid={joining.fault?.code === 'wrong-passphrase'}
						describedBy="find-problem"
					/>
					<Problem fault={joining.fault} id="find-problem" />
					<div class="row">
						<Button kind="main" submit action={joining}>
							{text(joining.busy ? 'popup_unlocking' : 'popup_find_hand')}
						</Button>
					</div>
				</Form>
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
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_back')}
					</Button>
					<Button submit action={looking}>
						{text('popup_find_look')}
					</Button>
				</div>
			</Form>
		</Screen>
	);
}
