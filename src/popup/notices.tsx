import { useState } from 'preact/hooks';
import { Button } from './pieces.tsx';
import { state, view } from './store.ts';
import { faultText, text } from './text.ts';

/** What stands until it is dealt with: an unconfirmed phrase, the kill switch, what the vault has to tell. */
export function Notices() {
	const [read, setRead] = useState<string[]>([]);
	const { identities = [], notices = [], settings } = state.value ?? {};
	const unread = notices.filter((fault) => !read.includes(`${fault.code} ${fault.detail}`));
	const unkept = identities.some((identity) => identity.kind === 'phrase' && !identity.confirmed);
	return (
		<>
			{unread.map((fault) => (
				<div class="notice" role="status" key={`${fault.code} ${fault.detail}`}>
					<p>{faultText(fault)}</p>
					<Button kind="quiet" onPress={() => setRead([...read, `${fault.code} ${fault.detail}`])}>
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
