import type { PopupRoom, SiteState } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Problem } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';
import { AllowButton } from './allow-button.tsx';

/** Asks whether the page may lead to the room by a server that only the page names; the browser is asked for all hosts in one go. */
export function PageQuestion(props: { site: Extract<SiteState, { state: 'enabled' }>; room: PopupRoom; addresses: string[] }) {
	const { site, room, addresses } = props;
	const hosts = [...new Set(addresses.map((address) => new URL(address).host))];
	const action = useAction();
	const answer = (use: boolean) => request('room.set', { room: room.room, answer: { site: site.origin, hosts, use } });
	const refuse = () =>
		action.run(async () => {
			await answer(false);
			announce(text('popup_saved'));
		});
	const names = hosts.map((host) => `\u2068${host}\u2069`).join(text('popup_comma'));
	return (
		<div class="stack">
			<p>{text('popup_room_asks', names)}</p>
			<AllowButton
				site={site}
				hosts={[...new Set([...addresses.map((address) => address.replace(/^ws/, 'http')), ...site.hosts])]}
				onPress={() => answer(true)}
			>
				{text('popup_room_asks_yes', names)}
			</AllowButton>
			<Button kind="plain" action={action} onPress={refuse}>
				{text('popup_room_asks_no')}
			</Button>
			<Problem fault={action.fault} />
		</div>
	);
}
