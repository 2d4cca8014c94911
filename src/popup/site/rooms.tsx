import { faultText } from '../../messages/fault-text.ts';
import type { PopupRequests, PopupRoom, SiteState } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { state } from '../state/store.ts';
import { Button, Problem } from '../ui/controls.tsx';
import { SelectField, Switch } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';
import { PageQuestion } from './page-question.tsx';
import { RoomChoice, RoomSettingForm } from './room-setting.tsx';

type EnabledSite = Extract<SiteState, { state: 'enabled' }>;

/** What is in force in this room, in one line. */
function roomLine(room: PopupRoom): string {
	if (room.stopped) return text('popup_room_stopped');
	if (room.access.state === 'looking') return text('popup_room_looking');
	if (room.access.state === 'closed') return faultText(room.access.fault);
	if (room.leftOn) return text('popup_room_left_on');
	return text(room.on ? 'popup_room_on' : 'popup_room_off');
}

/** One room: what is in force in it, and its settings. */
function Room(props: { site: EnabledSite; room: PopupRoom }) {
	const { site, room } = props;
	const identities = state.value?.identities ?? [];
	const action = useAction();
	const set = (change: Omit<PopupRequests['room.set']['in'], 'room'>) =>
		action.run(async () => {
			await request('room.set', { room: room.room, ...change });
			announce(text(change.again ? 'popup_looking' : 'popup_saved'));
		});
	const lines = (room.settings ?? []).filter(({ isChoice }) => !isChoice);
	const choices = (room.settings ?? [])
		.filter(({ isChoice }) => isChoice)
		.map((setting) => <RoomChoice key={setting.name} room={room.room} setting={setting} />);
	// the room is closed until the user has chosen
	const isAsked = room.access.state === 'closed' && room.access.fault.code === 'group-join-unasked';
	const tone = room.stopped || room.access.state === 'closed' ? 'closed' : room.on ? 'on' : '';
	return (
		<li class="card room">
			<h3 dir="auto">{room.name || room.room.address}</h3>
			{room.name && (
				<p class="hint" dir="auto">
					{room.room.address}
				</p>
			)}
			{room.ask ? <PageQuestion site={site} room={room} addresses={room.ask} /> : <p class={`line ${tone}`}>{roomLine(room)}</p>}
			{isAsked && choices}
			{room.waiting > 0 && <p class="hint">{text('popup_room_waiting', room.waiting)}</p>}
			<details>
				<summary>{text('popup_room_settings')}</summary>
				{identities.length > 1 && (
					<SelectField
						label={text('popup_room_identity')}
						value={room.identity ?? identities[0]?.id ?? ''}
						options={identities.map(({ id, name }) => [id, name || text('popup_identity_unnamed')])}
						onChange={(identity) => set({ identity: identity === identities[0]?.id ? null : identity })}
					/>
				)}
				<Switch label={text('popup_room_hide')} on={room.hidden} onChange={(hidden) => set({ hide: { site: site.origin, hidden } })} />
				<Switch label={text('popup_room_kill')} on={room.stopped ?? false} onChange={(kill) => set({ kill })} />
				{!isAsked && choices}
				{lines.map((setting) => (
					<RoomSettingForm key={setting.name} room={room.room} setting={setting} />
				))}
				<Button kind="quiet" action={action} onPress={() => set({ again: true })}>
					{text('popup_look_again')}
				</Button>
			</details>
			<Problem fault={action.fault} />
		</li>
	);
}

/** The rooms that are open in this tab. */
export function Rooms({ site }: { site: EnabledSite }) {
	return (
		<div class="group">
			<h2>{text('popup_rooms')}</h2>
			{site.rooms.length === 0 ? (
				<p class="hint">{text('popup_rooms_none')}</p>
			) : (
				<ul class="plain-list">
					{site.rooms.map((room) => (
						<Room key={`${room.room.network}:${room.room.address}`} site={site} room={room} />
					))}
				</ul>
			)}
		</div>
	);
}
