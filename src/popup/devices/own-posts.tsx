import type { DeviceGroup } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { ConfirmButton, Problem } from '../ui/controls.tsx';
import { Switch } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** The address in a room's name, which begins with the network's and a colon. */
const roomName = (room: string): string => room.slice(room.indexOf(':') + 1);

/** Whether posts that no key can prove are remembered, and which are. */
export function OwnPosts(props: { group: DeviceGroup; onChange: () => void }) {
	const action = useAction();
	const { ownList, id } = props.group;
	const run = async (task: () => Promise<unknown>, announcement: string) => {
		if (await action.run(task)) announce(text(announcement));
		props.onChange();
	};
	return (
		<div class="card">
			<h2>{text('popup_own_title')}</h2>
			<Switch
				label={text('popup_own_on')}
				hint={text('popup_own_hint')}
				on={ownList.on}
				onChange={(on) => run(() => request('own.set', { identity: id, on }), on ? 'popup_saved' : 'popup_own_off')}
			/>
			<Problem fault={action.fault} />
			{ownList.on && ownList.posts.length === 0 && <p class="hint">{text('popup_own_none')}</p>}
			{ownList.posts.length > 0 && (
				<>
					<ul class="plain-list">
						{ownList.posts.map(({ name, room }) => (
							<li class="row between" key={name}>
								<span dir="auto">{roomName(room)}</span>
								<ConfirmButton
									ask={text('popup_own_forget_ask')}
									action={action}
									onYes={() => run(() => request('own.forget', { identity: id, name }), 'popup_own_forgotten')}
								>
									{text('popup_own_forget')}
								</ConfirmButton>
							</li>
						))}
					</ul>
					<ConfirmButton
						ask={text('popup_own_forget_all_ask')}
						action={action}
						kind="plain"
						onYes={() => run(() => request('own.forget', { identity: id, name: null }), 'popup_own_forgotten')}
					>
						{text('popup_own_forget_all')}
					</ConfirmButton>
				</>
			)}
		</div>
	);
}
