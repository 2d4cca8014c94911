import { useState } from 'preact/hooks';
import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { faultText } from '../../messages/fault-text.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { Field, SecretField } from '../ui/fields.tsx';
import { day, text } from '../ui/text.ts';

/** A new name for a device. */
function Rename(props: { group: DeviceGroup; device: LinkedDevice; onDone: () => void }) {
	const [name, setName] = useState(props.device.name);
	const action = useAction();
	const save = async () => {
		if (await action.run(() => request('device.rename', { identity: props.group.id, id: props.device.id, name }))) props.onDone();
	};
	return (
		<Form action={action} onSubmit={save}>
			<Field label={text('popup_device_name')} value={name} onInput={setName} dir="auto" focus />
			<Problem fault={action.fault} />
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_no')}
				</Button>
				<Button submit action={action}>
					{text('popup_device_rename_save')}
				</Button>
			</div>
		</Form>
	);
}

function Card(props: { group: DeviceGroup; device: LinkedDevice; onUnlink: () => void; onChange: () => void }) {
	const { group, device } = props;
	const [renaming, rename] = useState(false);
	return (
		<li class="card">
			<h2 dir="auto">{device.name || text('popup_device_unnamed')}</h2>
			<p class="hint">
				{device.here && <strong class="line on">{text('popup_device_here')} · </strong>}
				{text(`popup_device_${device.browser}`)} · {text('popup_device_linked', day(device.linked))} ·{' '}
				{text('popup_device_seen', day(device.seen))}
			</p>
			{device.holds !== 'nothing' && <p class="hint">{text(`popup_device_holds_${device.holds}`)}</p>}
			{device.behind && <p class="line warn">{text('popup_device_behind')}</p>}
			{renaming ? (
				<Rename
					group={group}
					device={device}
					onDone={() => {
						rename(false);
						props.onChange();
					}}
				/>
			) : (
				<div class="row start">
					<Button kind="quiet" label={text('popup_device_rename_of', device.name)} onPress={() => rename(true)}>
						{text('popup_device_rename')}
					</Button>
					{!device.here && !group.unlink && (
						<Button kind="quiet" label={text('popup_device_unlink_of', device.name)} onPress={props.onUnlink}>
							{text('popup_device_unlink')}
						</Button>
					)}
				</div>
			)}
		</li>
	);
}

/** Every device of an identity, this one first. Alone, it says what linking is for. */
export function DeviceList(props: { group: DeviceGroup; onUnlink: (device: LinkedDevice) => void; onChange: () => void }) {
	const { group } = props;
	const alone = group.devices.length < 2;
	return (
		<>
			{alone && (
				<div class="empty">
					<p>{text('popup_devices_alone')}</p>
					<p class="hint">{text('popup_devices_alone_more')}</p>
				</div>
			)}
			{!alone && (
				<ul class="plain-list">
					{group.devices.map((device) => (
						<Card key={device.id} group={group} device={device} onUnlink={() => props.onUnlink(device)} onChange={props.onChange} />
					))}
				</ul>
			)}
			{!alone && group.unlink && <p class="hint">{faultText(group.unlink)}</p>}
		</>
	);
}

/** What unlinking does and cannot do, and the passphrase. */
export function Unlink(props: { group: DeviceGroup; device: LinkedDevice; onDone: () => void; onBack: () => void }) {
	const [passphrase, setPassphrase] = useState('');
	const action = useAction();
	useAway(() => document.visibilityState === 'hidden' && setPassphrase(''));
	const others = props.group.devices.filter(({ here, id }) => !here && id !== props.device.id);
	const unlink = async () => {
		const { id } = props.device;
		if (!(await action.run(() => request('device.unlink', { identity: props.group.id, id, passphrase })))) return;
		announce(text('popup_unlink_done', props.device.name));
		props.onDone();
	};
	return (
		<Screen title={text('popup_unlink_title', props.device.name)}>
			<ul class="prose">
				<li>{text('popup_unlink_new')}</li>
				<li>{text('popup_unlink_old')}</li>
				<li>{text('popup_unlink_nostr')}</li>
				{others.length > 0 && <li>{text('popup_unlink_others', others.map(({ name }) => name).join(', '))}</li>}
			</ul>
			<Form action={action} onSubmit={unlink}>
				<SecretField
					label={text('popup_passphrase')}
					value={passphrase}
					onInput={setPassphrase}
					invalid={action.fault?.code === 'wrong-passphrase'}
					describedBy="unlink-problem"
				/>
				<Problem fault={action.fault} id="unlink-problem" />
				<div class="row">
					<Button kind="quiet" onPress={props.onBack}>
						{text('popup_no')}
					</Button>
					<button type="submit" class="grave" aria-disabled={action.busy ? 'true' : undefined}>
						{text(action.busy ? 'popup_unlocking' : 'popup_device_unlink')}
					</button>
				</div>
			</Form>
		</Screen>
	);
}
