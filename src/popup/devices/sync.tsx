import { useState } from 'preact/hooks';
import type { DeviceGroup, SyncState } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Form, Problem, Screen, SubmitRow } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { day, text } from '../ui/text.ts';
import { allowRelay } from './relay-permission.ts';

const carriers: SyncState['carrier'][] = ['off', 'browser', 'relay'];

/** The choice of a carrier, with what each of them shows to whom. */
export function ChooseSync(props: { group: DeviceGroup; onDone: () => void }) {
	const { sync } = props.group;
	const [carrier, setCarrier] = useState(sync.carrier);
	const [relay, setRelay] = useState(sync.relay);
	const action = useAction();
	const save = async () => {
		const done = await action.run(async () => {
			const address = carrier === 'relay' ? await allowRelay(relay) : '';
			await request('sync.set', { identity: props.group.id, carrier, relay: address });
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
					{carriers.map((name) => (
						<label class="choice" key={name}>
							<input type="radio" name="carrier" checked={carrier === name} onChange={() => setCarrier(name)} />
							<span>
								<strong>{text(`popup_sync_${name}`)}</strong>
								<span class="hint">{text(`popup_sync_${name}_what`)}</span>
							</span>
						</label>
					))}
				</fieldset>
				{carrier === 'relay' && (
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
				<SubmitRow action={action} submit={text('popup_sync_set')} onBack={props.onDone} />
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
			<p class={sync.carrier === 'off' ? 'hint' : 'line on'}>{text(`popup_sync_${sync.carrier}`)}</p>
			{sync.carrier === 'relay' && (
				<p class="hint" dir="ltr">
					{sync.relay}
				</p>
			)}
			{sync.carrier !== 'off' && (
				<p class="hint">{sync.last > 0 ? text('popup_sync_last', day(sync.last / 1000)) : text('popup_sync_never')}</p>
			)}
			<Problem fault={action.fault ?? sync.fault} />
			<div class="row start">
				<Button kind="quiet" onPress={props.onChoose}>
					{text('popup_sync_change')}
				</Button>
				{sync.carrier !== 'off' && (
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
