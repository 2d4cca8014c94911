import { useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import type { DeviceGroup, SyncState } from '../../messages/devices.ts';
import { BautaError } from '../../messages/errors.ts';
import { request } from '../../messages/request.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { announce, useAction } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { day, text } from '../ui/text.ts';

const ways: SyncState['way'][] = ['off', 'browser', 'relay'];

/**
 * Asks for the relay's host; the first thing in a handler, as the browser wants it. Returns the address.
 * @throws BautaError `relay-address`, `host-permission`
 */
export async function allowRelay(typed: string): Promise<string> {
	const address = typed.trim();
	if (!URL.canParse(address) || !/^wss?:$/.test(new URL(address).protocol)) throw new BautaError('relay-address');
	if (!(await browser.permissions.request({ origins: patternsOf(address) })))
		throw new BautaError('host-permission', new URL(address).host);
	return address;
}

/** The choice of a way, with what each of them shows to whom. */
export function ChooseSync(props: { group: DeviceGroup; onDone: () => void }) {
	const { sync } = props.group;
	const [way, setWay] = useState(sync.way);
	const [relay, setRelay] = useState(sync.relay);
	const action = useAction();
	const save = async () => {
		const done = await action.run(async () => {
			const address = way === 'relay' ? await allowRelay(relay) : '';
			await request('sync.set', { identity: props.group.id, way, relay: address });
		});
		if (!done) return;
		announce(text('popup_saved'));
		props.onDone();
	};
	return (
		<Screen title={text('popup_sync_title')}>
			<p>{text('popup_sync_what')}</p>
			<Form action={action} onSubmit={save}>
				<fieldset class="choices">
					<legend>{text('popup_sync_way')}</legend>
					{ways.map((each) => (
						<label class="choice" key={each}>
							<input type="radio" name="way" checked={way === each} onChange={() => setWay(each)} />
							<span>
								<strong>{text(`popup_sync_${each}`)}</strong>
								<span class="hint">{text(`popup_sync_${each}_what`)}</span>
							</span>
						</label>
					))}
				</fieldset>
				{way === 'relay' && (
					<Field
						label={text('popup_sync_relay_address')}
						hint={text('popup_sync_relay_hint')}
						value={relay}
						onInput={setRelay}
						inputMode="url"
						dir="ltr"
					/>
				)}
				<Problem fault={action.fault} />
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_back')}
					</Button>
					<Button kind="main" submit action={action}>
						{text('popup_sync_set')}
					</Button>
				</div>
			</Form>
		</Screen>
	);
}

/** Whether and how the devices keep each other up to date. */
export function Sync(props: { group: DeviceGroup; onChoose: () => void; onChange: () => void }) {
	const action = useAction();
	const { sync, id } = props.group;
	return (
		<div class="card">
			<h2>{text('popup_sync_title')}</h2>
			<p class={sync.way === 'off' ? 'hint' : 'line on'}>{text(`popup_sync_${sync.way}`)}</p>
			{sync.way === 'relay' && (
				<p class="hint" dir="ltr">
					{sync.relay}
				</p>
			)}
			{sync.way !== 'off' && (
				<p class="hint">{sync.last > 0 ? text('popup_sync_last', day(sync.last / 1000)) : text('popup_sync_never')}</p>
			)}
			<Problem fault={action.fault ?? sync.fault} />
			<div class="row start">
				<Button kind="quiet" onPress={props.onChoose}>
					{text('popup_sync_change')}
				</Button>
				{sync.way !== 'off' && (
					<Button
						kind="quiet"
						action={action}
						onPress={async () => {
							await action.run(() => request('sync.now', { identity: id }));
							props.onChange();
						}}
					>
						{text('popup_sync_now')}
					</Button>
				)}
			</div>
		</div>
	);
}
