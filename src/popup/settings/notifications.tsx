import { BautaError } from '../../messages/errors.ts';
import type { Settings } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { browser } from '../../platform/api/browser.ts';
import { MyNotifier } from '../notifier/my-notifier.tsx';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { state } from '../state/store.ts';
import { Button, Problem, Screen } from '../ui/controls.tsx';
import { Switch } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

const rings = { permissions: ['notifications' as const] };

/** Whether Bauta shows the notifications of anonymous messages in place of the sites, and how. It does where the browser lets it. */
function OwnRings(props: { settings: Settings; isOn: boolean }) {
	const { settings, isOn } = props;
	const action = useAction();
	const turnOn = () => {
		// first of all: browsers allow the question only as long as the click counts
		const answer = browser.permissions.request(rings);
		action.run(async () => {
			if (!(await answer)) throw new BautaError('rings-permission');
			announce(text('popup_saved'));
		});
	};
	const turnOff = () => action.run(() => browser.permissions.remove(rings).then(() => announce(text('popup_saved'))));
	const set = (change: Partial<Settings>) =>
		action.run(async () => {
			await request('settings.set', change);
			announce(text('popup_saved'));
		});
	return (
		<div class="group">
			<h2>{text('popup_rings_own')}</h2>
			<p>{text('popup_rings_what')}</p>
			{isOn ? (
				<>
					<p>{text('popup_rings_on')}</p>
					<Switch
						label={text('popup_rings_text')}
						hint={text('popup_rings_text_hint')}
						on={settings.ringText === true}
						onChange={(ringText) => set({ ringText })}
					/>
					<Switch
						label={text('popup_rings_locked')}
						hint={text('popup_rings_locked_hint')}
						on={settings.ringLocked !== false}
						onChange={(ringLocked) => set({ ringLocked })}
					/>
					<Button action={action} onPress={turnOff}>
						{text('popup_rings_turn_off')}
					</Button>
				</>
			) : (
				<>
					<p class="hint">{text('popup_rings_asks')}</p>
					<Button kind="main" action={action} onPress={turnOn}>
						{text('popup_rings_turn_on')}
					</Button>
				</>
			)}
			<Problem fault={action.fault} />
			<h3>{text('popup_rings_limits')}</h3>
			<ul class="dots">
				<li>{text('popup_rings_limits_counters')}</li>
				<li>{text('popup_rings_limits_server')}</li>
				<li>{text('popup_rings_limits_same')}</li>
				<li>{text('popup_rings_limits_devices')}</li>
			</ul>
		</div>
	);
}

/** Settings → Notifications. */
export function Notifications(props: { onBack: () => void }) {
	if (!state.value) return null;
	const { settings, mayNotify = false } = state.value;
	return (
		<Screen title={text('popup_rings_title')}>
			<OwnRings settings={settings} isOn={mayNotify} />
			<MyNotifier />
			<Button onPress={props.onBack}>{text('popup_back')}</Button>
		</Screen>
	);
}
