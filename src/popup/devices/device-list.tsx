import { useState } from 'preact/hooks';
import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { faultText } from '../../messages/fault-text.ts';
import { request } from '../../messages/request.ts';
import { Button } from '../ui/controls.tsx';
import { NameForm } from '../ui/name-form.tsx';
import { day, text } from '../ui/text.ts';

/** One device, and what can be done with it. */
function DeviceCard(props: { group: DeviceGroup; device: LinkedDevice; onUnlink: () => void; onChange: () => void }) {
	const { group, device } = props;
	const [renaming, setRenaming] = useState(false);
	const endRename = () => {
		setRenaming(false);
		props.onChange();
	};
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
				<NameForm
					label={text('popup_device_name')}
					name={device.name}
					submit={text('popup_device_rename_save')}
					kind="plain"
					back={text('popup_no')}
					focus
					onSubmit={(name) => request('device.rename', { identity: group.id, id: device.id, name })}
					onDone={endRename}
					onBack={endRename}
				/>
			) : (
				<div class="row start">
					<Button kind="quiet" label={text('popup_device_rename_of', device.name)} onPress={() => setRenaming(true)}>
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
	const isAlone = group.devices.length < 2;
	return (
		<>
			{isAlone && (
				<div class="empty">
					<p>{text('popup_devices_alone')}</p>
					<p class="hint">{text('popup_devices_alone_more')}</p>
				</div>
			)}
			{!isAlone && (
				<ul class="plain-list">
					{group.devices.map((device) => (
						<DeviceCard key={device.id} group={group} device={device} onUnlink={() => props.onUnlink(device)} onChange={props.onChange} />
					))}
				</ul>
			)}
			{!isAlone && group.unlink && <p class="hint">{faultText(group.unlink)}</p>}
		</>
	);
}
