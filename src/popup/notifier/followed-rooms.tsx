import { useState } from 'preact/hooks';
import type { NotifierRoom } from '../../messages/notifier.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Problem } from '../ui/controls.tsx';
import { Switch } from '../ui/fields.tsx';
import { day, text } from '../ui/text.ts';
import type { Ask } from './questions.ts';

/** What giving keys means, before it is done: it cannot be taken back. */
function GiveKeys(props: { busy: boolean; onGive: (past: boolean) => void; onBack: () => void }) {
	const [past, setPast] = useState(false);
	return (
		<div class="confirm">
			<p>{text('popup_notifier_keys_ask')}</p>
			<Switch label={text('popup_notifier_keys_past')} on={past} onChange={setPast} />
			<div class="row">
				<Button kind="quiet" onPress={props.onBack}>
					{text('popup_no')}
				</Button>
				<Button kind="grave" onPress={() => !props.busy && props.onGive(past)}>
					{text('popup_notifier_keys_give')}
				</Button>
			</div>
		</div>
	);
}

/** Until when the keys count that the notifier has; nothing where it has none. */
function keysLine({ until }: NotifierRoom): string {
	if (until === 0) return '';
	return text(until * 1000 > Date.now() ? 'popup_notifier_until' : 'popup_notifier_ended', day(until));
}

/** One room with its two switches. */
function Room(props: { of: NotifierRoom; ask: Ask }) {
	const { room, name, follow, keys, asks, waits, fault, state } = props.of;
	const [asking, ask] = useState(false);
	const action = useAction();
	const set = (change: { follow: boolean; keys: boolean; past?: boolean }) => {
		ask(false);
		action.run(async () => {
			await props.ask('notifier.room', { room, past: false, ...change });
			announce(text('popup_saved'));
		});
	};
	const keysText = keysLine(props.of);
	return (
		<li class="card" aria-busy={action.busy ? 'true' : undefined}>
			<h4 dir="auto">{name || room.address}</h4>
			{name && (
				<p class="hint" dir="auto">
					{room.address}
				</p>
			)}
			<Switch
				label={text('popup_notifier_follow')}
				hint={text('popup_notifier_follow_hint')}
				on={follow}
				onChange={(on) => set({ follow: on, keys: false })}
			/>
			{follow && (
				<Switch
					label={text('popup_notifier_keys')}
					hint={
						<>
							<strong>{text('popup_notifier_keys_knows')}</strong> {text('popup_notifier_keys_range')}
						</>
					}
					on={(keys && !asks) || asking}
					onChange={(on) => (on ? ask(true) : asking ? ask(false) : set({ follow, keys: false }))}
				/>
			)}
			{asks && <p class="line warn">{text('popup_notifier_keys_other')}</p>}
			{(asking || asks) && (
				<GiveKeys
					busy={action.busy}
					onGive={(past) => set({ follow, keys: true, past })}
					onBack={() => (asks ? set({ follow, keys: false }) : ask(false))}
				/>
			)}
			{keysText && <p class="hint">{keysText}</p>}
			{waits && !fault && <p class="line warn">{text('popup_notifier_waits')}</p>}
			{state && <p class="line warn">{text(`popup_notifier_room_${state.replaceAll('-', '_')}`)}</p>}
			<Problem fault={action.fault ?? fault} />
		</li>
	);
}

/** Every room that is followed, or open in a tab. */
export function FollowedRooms(props: { rooms: NotifierRoom[]; ask: Ask }) {
	return (
		<>
			<h3>{text('popup_notifier_rooms')}</h3>
			{props.rooms.length === 0 && <p class="hint">{text('popup_notifier_no_rooms')}</p>}
			<ul class="plain-list">
				{props.rooms.map((of) => (
					<Room key={`${of.room.network} ${of.room.address}`} of={of} ask={props.ask} />
				))}
			</ul>
		</>
	);
}
