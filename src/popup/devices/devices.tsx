import './devices.css';
import { useEffect, useState } from 'preact/hooks';
import type { DeviceGroup, LinkedDevice } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { Button } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';
import { DeviceList } from './device-list.tsx';
import { Erase } from './erase.tsx';
import { Apart, FindOthers } from './find-others.tsx';
import { LinkAnother } from './link-another.tsx';
import { LinkThis } from './link-this.tsx';
import { KeysToHand, ShowKeys, TakeKeys } from './new-keys.tsx';
import { OwnPosts } from './own-posts.tsx';
import { ChooseSync, Sync } from './sync.tsx';
import { Unlink } from './unlink.tsx';

type Page =
	| { name: 'list' }
	| { name: 'link-this' }
	| { name: 'take-keys' }
	| { name: 'link-another'; group: DeviceGroup }
	| { name: 'erase'; group: DeviceGroup }
	| { name: 'sync'; group: DeviceGroup }
	| { name: 'find'; group: DeviceGroup }
	| { name: 'show-keys'; keys: DeviceGroup['keys'][number] }
	| { name: 'unlink'; group: DeviceGroup; device: LinkedDevice };

/** One identity with its devices, and what can be done with them. `title`: its name stands above. */
function Group(props: { group: DeviceGroup; title: boolean; open: (page: Page) => void; onChange: () => void }) {
	const { group, open } = props;
	return (
		<section class="group">
			{props.title && <h2 dir="auto">{group.name || text('popup_identity_unnamed')}</h2>}
			<KeysToHand group={group} onShow={(keys) => open({ name: 'show-keys', keys })} onChange={props.onChange} />
			{group.apart && <Apart group={group} onFind={() => open({ name: 'find', group })} onChange={props.onChange} />}
			<DeviceList group={group} onUnlink={(device) => open({ name: 'unlink', group, device })} onChange={props.onChange} />
			<div class="row start">
				<Button kind={group.devices.length < 2 ? 'main' : 'plain'} onPress={() => open({ name: 'link-another', group })}>
					{text('popup_devices_link')}
				</Button>
			</div>
			{group.devices.length > 1 && <Sync group={group} onChoose={() => open({ name: 'sync', group })} onChange={props.onChange} />}
			<OwnPosts group={group} onChange={props.onChange} />
			{!group.erase && (
				<Button kind="quiet" onPress={() => open({ name: 'erase', group })}>
					{text('popup_erase')}
				</Button>
			)}
		</section>
	);
}

/** The Devices page: who recognises this self's messages, and how that changes. */
export function Devices() {
	const [groups, setGroups] = useState<DeviceGroup[] | null>(null);
	const [page, open] = useState<Page>({ name: 'list' });
	useEffect(() => {
		request('devices.state', {}).then(
			(answer) => {
				setGroups(answer.groups);
				if (answer.offer) open({ name: 'link-this' });
			},
			() => setGroups([]),
		);
	}, []);
	const back = () => {
		open({ name: 'list' });
		request('devices.state', {}).then(
			(answer) => setGroups(answer.groups),
			() => {},
		);
	};
	if (page.name === 'link-this') return <LinkThis onDone={back} onBack={back} />;
	if (page.name === 'take-keys') return <TakeKeys onDone={back} />;
	if (page.name === 'link-another') return <LinkAnother group={page.group} onDone={back} />;
	if (page.name === 'erase') return <Erase group={page.group} onDone={back} onBack={back} />;
	if (page.name === 'find') return <FindOthers group={page.group} onDone={back} />;
	if (page.name === 'sync') return <ChooseSync group={page.group} onDone={back} />;
	if (page.name === 'show-keys') return <ShowKeys keys={page.keys} onDone={back} />;
	if (page.name === 'unlink') return <Unlink group={page.group} device={page.device} onDone={back} onBack={back} />;
	if (!groups) return <div aria-busy="true" />;
	const hasOthers = groups.some(({ devices }) => devices.length > 1);
	return (
		<>
			<h1 class={hasOthers ? 'unseen' : ''}>{text('popup_devices_title')}</h1>
			{groups.map((group) => (
				<Group key={group.id} group={group} title={groups.length > 1} open={open} onChange={back} />
			))}
			<div class="stack">
				<Button kind="quiet" onPress={() => open({ name: 'link-this' })}>
					{text('popup_devices_be_linked')}
				</Button>
				{hasOthers && (
					<Button kind="quiet" onPress={() => open({ name: 'take-keys' })}>
						{text('popup_devices_take_keys')}
					</Button>
				)}
			</div>
		</>
	);
}
