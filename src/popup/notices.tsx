import { faultText } from '../messages/fault-text.ts';
import { request } from '../messages/request.ts';
import type { Fault } from '../messages/rooms.ts';
import { refresh, state, view } from './state/store.ts';
import { Button } from './ui/controls.tsx';
import { text } from './ui/text.ts';

/** What stands until it is dealt with: an unconfirmed phrase, the kill switch, what the vault has to tell. */
export function Notices() {
	const { identities = [], notices = [], settings } = state.value ?? {};
	const dismiss = (fault: Fault) =>
		request('notice.read', fault).then(
			() => refresh(false),
			() => {},
		);
	const unkept = identities.some((identity) => identity.kind === 'phrase' && !identity.confirmed);
	return (
		<>
			{notices.map((fault) => (
				<div class="notice" role="status" key={`${fault.code} ${fault.detail}`}>
					<p>{faultText(fault)}</p>
					<Button kind="quiet" onPress={() => dismiss(fault)}>
						{text('popup_notice_read')}
					</Button>
				</div>
			))}
			{settings?.killSwitch && view.value !== 'settings' && (
				<div class="notice">
					<p>{text('popup_killed')}</p>
					<Button
						kind="quiet"
						onPress={() => {
							view.value = 'settings';
						}}
					>
						{text('popup_tab_settings')}
					</Button>
				</div>
			)}
			{unkept && view.value !== 'identity' && (
				<div class="notice">
					<p>{text('popup_reminder')}</p>
					<Button
						kind="quiet"
						onPress={() => {
							view.value = 'identity';
						}}
					>
						{text('popup_reminder_do')}
					</Button>
				</div>
			)}
		</>
	);
}
