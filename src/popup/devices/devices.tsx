import { useEffect, useState } from 'preact/hooks';
import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { Button } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';
import { DeviceList, Unlink } from './device-list.tsx';
import { Erase } from './erase.tsx';
import { Apart, FindOthers } from './find-others.tsx';
import { LinkAnother } from './link-another.tsx';
import { LinkThis } from './link-this.tsx';
import { KeysToHand, ShowKeys, TakeKeys } from './new-keys.tsx';
import { OwnList } from './own-posts.tsx';
import { ChooseSync, Sync } from './sync.tsx';

type Shown =
	| { page: 'list' }
	| { page: 'new' }
	| { page: 'keys' }
	| { page: 'reply'; group: DeviceGroup }
	| { page: 'erase'; group: DeviceGroup }
	| { page: 'sync'; group: DeviceGroup }
	| { page: 'find'; group: DeviceGroup }
	| { page: 'key'; keys: DeviceGroup['keys'][number] }
	| { page: 'unlink'; group: DeviceGroup; device: LinkedDevice };

/** One identity with its devices, and what can be done with them. */
function Group(props: { group: DeviceGroup; named: boolean; go: (shown: Shown) => void; onChange: () => void }) {
	const { group } = props;
	return (
		<section class="group">
			{props.named && <h2 dir="auto">{group.name || text('popup_identity_unnamed')}</h2>}
			<KeysToHand group={group} onShow={(keys) => props.go({ page: 'key', keys })} onChange={props.onChange} />
			{group.apart && <Apart group={group} onFind={() => props.go({ page: 'find', group })} onChange={props.onChange} />}
			<DeviceList group={group} onUnlink={(device) => props.go({ page: 'unlink', group, device })} onChange={props.onChange} />
			<div class="row start">
				<Button kind={group.devices.length < 2 ? 'main' : 'plain'} onPress={() => props.go({ page: 'reply', group })}>
					{text('popup_devices_link')}
				</Button>
			</div>
			{group.devices.length > 1 && <Sync group={group} onChoose={() => props.go({ page: 'sync', group })} onChange={props.onChange} />}
			<OwnList group={group} onChange={props.onChange} />
			{!group.erase && (
				<Button kind="quiet" onPress={() => props.go({ page: 'erase', group })}>
					{text('popup_erase')}
				</Button>
			)}
		</section>
	);
}

/** The Devices page: who recognises this self's messages, and how that changes. */
export function Devices() {
	const [groups, setGroups] = useState<DeviceGroup[] | null>(null);
	const [shown, go] = useState<Shown>({ page: 'list' });
	useEffect(() => {
		request('devices.state', {}).then(
			(found) => {
				setGroups(found.groups);
				if (found.offer) go({ page: 'new' });
			},
			() => setGroups([]),
		);
	}, []);
	const back = () => {
		go({ page: 'list' });
		request('devices.state', {}).then(
			(found) => setGroups(found.groups),
			() => {},
		);
	};
	if (shown.page === 'new') return <LinkThis onDone={back} onBack={back} />;
	if (shown.page === 'keys') return <TakeKeys onDone={back} />;
	if (shown.page === 'reply') return <LinkAnother group={shown.group} onDone={back} />;
	if (shown.page === 'erase') return <Erase group={shown.group} onDone={back} onBack={back} />;
	if (shown.page === 'find') return <FindOthers group={shown.group} onDone={back} />;
	if (shown.page === 'sync') return <ChooseSync group={shown.group} onDone={back} />;
	if (shown.page === 'key') return <ShowKeys keys={shown.keys} onDone={back} />;
	if (shown.page === 'unlink') return <Unlink group={shown.group} device={shown.device} onDone={back} onBack={back} />;
	if (!groups) return <div aria-busy="true" />;
	const linked = groups.some(({ devices }) => devices.length > 1);
	return (
		<>
			<h1 class={linked ? 'unseen' : ''}>{text('popup_devices_title')}</h1>
			{groups.map((group) => (
				<Group key={group.id} group={group} named={groups.length > 1} go={go} onChange={back} />
			))}
			<div class="stack">
				<Button kind="quiet" onPress={() => go({ page: 'new' })}>
					{text('popup_devices_be_linked')}
				</Button>
				{linked && (
					<Button kind="quiet" onPress={() => go({ page: 'keys' })}>
						{text('popup_devices_take_keys')}
					</Button>
				)}
			</div>
		</>
	);
}
