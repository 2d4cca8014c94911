import { useState } from 'preact/hooks';
import type { PopupRoom } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';
import { relaysIn } from './relay-addresses.ts';

/** The user's own relays for a room on Nostr. A group (NIP-29) is nowhere but on its own relay, so it has no such setting. */
export function RoomRelays({ room: { room, relays } }: { room: PopupRoom }) {
	const [addresses, setAddresses] = useState((relays ?? []).join(' '));
	const action = useAction();
	if (room.network !== 'nostr' || room.address.startsWith('29:')) return null;
	const save = () =>
		action.run(async () => {
			const own = relaysIn(addresses);
			await request('room.set', { room, relays: own });
			setAddresses(own.join(' '));
			announce(text('popup_saved'));
		});
	return (
		<Form action={action} onSubmit={save}>
			<Field
				label={text('popup_room_relays')}
				hint={text('popup_room_relays_hint')}
				value={addresses}
				dir="ltr"
				inputMode="url"
				invalid={action.fault?.code.startsWith('relay-') === true}
				onInput={setAddresses}
			/>
			<Button submit action={action}>
				{text('popup_save')}
			</Button>
			<Problem fault={action.fault} />
		</Form>
	);
}
