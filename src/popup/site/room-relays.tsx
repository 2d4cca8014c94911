import { useState } from 'preact/hooks';
import type { PopupRoom } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction } from '../state/store.ts';
import { Button, Field, Form, Problem } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';
import { relaysIn } from './relay-addresses.ts';

/** The user's own relays for a room on Nostr. A group (NIP-29) is nowhere but on its own relay, so it has no such setting. */
export function RoomRelays({ room: { room, relays } }: { room: PopupRoom }) {
	const [written, write] = useState((relays ?? []).join(' '));
	const action = useAction();
	if (room.network !== 'nostr' || room.address.startsWith('29:')) return null;
	const save = () =>
		action.run(async () => {
			const own = relaysIn(written);
			await request('room.set', { room, relays: own });
			write(own.join(' '));
			announce(text('popup_saved'));
		});
	return (
		<Form action={action} onSubmit={save}>
			<Field
				label={text('popup_room_relays')}
				hint={text('popup_room_relays_hint')}
				value={written}
				dir="ltr"
				inputMode="url"
				invalid={action.fault?.code.startsWith('relay-') === true}
				onInput={write}
			/>
			<Button submit action={action}>
				{text('popup_save')}
			</Button>
			<Problem fault={action.fault} />
		</Form>
	);
}
