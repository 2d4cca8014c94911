import { useState } from 'preact/hooks';
import type { PopupRoom } from '../messages.ts';
import { BautaError } from '../platform/error.ts';
import { request } from '../platform/request.ts';
import { Button, Field, Form, Problem } from './pieces.tsx';
import { announce, useAction } from './store.ts';
import { text } from './text.ts';

/** Addresses as people write them, between spaces or commas; a bare host is a relay reached by wss. Throws `relay-address` with the wrong one. */
function relaysIn(written: string): string[] {
	return written
		.split(/[\s,،]+/)
		.filter((one) => one !== '')
		.map((one) => {
			const address = one.includes('://') ? one : `wss://${one}`;
			if (!URL.canParse(address) || !/^wss?:$/.test(new URL(address).protocol)) throw new BautaError('relay-address', one);
			return new URL(address).href;
		});
}

/** The user's own relays for a room on Nostr. A group (NIP-29) is nowhere but on its own relay, so it has no such setting. */
export function RoomRelays({ room: { room, relays } }: { room: PopupRoom }) {
	const [written, write] = useState((relays ?? []).join(' '));
	const action = useAction();
	if (room.network !== 'nostr' || room.address.startsWith('29:')) return null;
	const save = () =>
		action.run(async () => {
			await request('room.set', { room, relays: relaysIn(written) });
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
				invalid={action.fault?.code === 'relay-address'}
				onInput={write}
			/>
			<Button submit action={action}>
				{text('popup_save')}
			</Button>
			<Problem fault={action.fault} />
		</Form>
	);
}
