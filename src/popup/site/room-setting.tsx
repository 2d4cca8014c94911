import { useState } from 'preact/hooks';
import type { RoomSetting } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { Field, Switch } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** One of a room's settings that its network alone understands: a line, which the background checks and gives back as it is kept. */
export function RoomSettingForm({ room, setting: { name, label, hint, value } }: { room: RoomRef; setting: RoomSetting }) {
	const [line, setLine] = useState(value);
	const action = useAction();
	const save = () =>
		action.run(async () => {
			const settings = await request('room.set', { room, setting: { name, written: line.trim() } });
			setLine(settings.find((setting) => setting.name === name)?.value ?? '');
			announce(text('popup_saved'));
		});
	return (
		<Form action={action} onSubmit={save}>
			<Field
				label={text(label)}
				hint={text(hint)}
				value={line}
				dir="ltr"
				inputMode="url"
				invalid={action.fault !== null && action.fault.code !== 'vault-locked'}
				onInput={setLine}
			/>
			<Button submit action={action}>
				{text('popup_save')}
			</Button>
			<Problem fault={action.fault} />
		</Form>
	);
}

/** One that is on or off, with what that means. */
export function RoomChoice({ room, setting: { name, label, hint, value } }: { room: RoomRef; setting: RoomSetting }) {
	const action = useAction();
	const set = (on: boolean) =>
		action.run(async () => {
			await request('room.set', { room, setting: { name, written: on ? 'yes' : '' } });
			announce(text('popup_saved'));
		});
	return (
		<div class="stack">
			<Switch label={text(label)} on={value === 'yes'} onChange={set} />
			<p class="hint">{text(hint)}</p>
			<Problem fault={action.fault} />
		</div>
	);
}
