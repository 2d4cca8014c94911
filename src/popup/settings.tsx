import { useState } from 'preact/hooks';
import type { Settings as Values } from '../messages.ts';
import { request } from '../platform/request.ts';
import { Limits } from './limits.tsx';
import { NewPassphrase } from './new-passphrase.tsx';
import { Button, Confirmed, Field, Problem, Screen, Switch } from './pieces.tsx';
import { announce, lockNow, state, useAction, useAway } from './store.ts';
import { frontendName, hostOf, text } from './text.ts';

type Numbers = Exclude<keyof Values, 'killSwitch'>;
/** Smallest and largest value that make sense, in the setting's own unit. */
const bounds: Record<Numbers, [number, number]> = {
	delayMin: [0, 3600],
	delayMax: [0, 3600],
	lockMinutes: [0, 1440],
	perMinute: [1, 60],
	perDay: [1, 10_000],
};

/** One number. It is stored when the field is left or Enter is pressed; what cannot be stored stays, with the reason. */
function NumberSetting(props: { name: Numbers; settings: Values; hint?: string }) {
	const { name, settings } = props;
	const [typed, type] = useState<string | null>(null);
	const [wrong, setWrong] = useState('');
	const action = useAction();
	const store = async () => {
		if (typed === null) return;
		const value = Number(typed);
		const [least, most] = bounds[name];
		const reversed = (name === 'delayMin' && value > settings.delayMax) || (name === 'delayMax' && value < settings.delayMin);
		if (typed.trim() === '' || !Number.isInteger(value) || value < least || value > most)
			return setWrong(text('popup_settings_between', least, most));
		if (reversed) return setWrong(text('popup_settings_reversed'));
		setWrong('');
		if (value !== settings[name] && !(await action.run(() => request('settings.set', { [name]: value })))) return;
		if (value !== settings[name]) announce(text('popup_saved'));
		type(null);
	};
	const id = `problem-${name}`;
	return (
		<div class="number">
			<Field
				label={text(`popup_settings_${name}`)}
				{...(props.hint ? { hint: props.hint } : {})}
				value={typed ?? String(settings[name])}
				inputMode="numeric"
				dir="ltr"
				invalid={wrong !== '' || action.fault !== null}
				describedBy={id}
				onInput={type}
				onBlur={store}
				onKeyDown={(event) => event.key === 'Enter' && store()}
			/>
			<p class="problem" role="alert" id={id} hidden={wrong === ''}>
				{wrong}
			</p>
			<Problem fault={action.fault} />
		</div>
	);
}

function ChangePassphrase(props: { onDone: () => void }) {
	const [old, setOld] = useState('');
	useAway(() => document.visibilityState === 'hidden' && setOld(''));
	return (
		<Screen title={text('popup_settings_passphrase')}>
			<p class="card note">{text('popup_passphrase_forgotten')}</p>
			<NewPassphrase
				old={{ value: old, onInput: setOld }}
				submit={text('popup_settings_passphrase_set')}
				busy={text('popup_passphrase_creating')}
				onSubmit={async (passphrase) => {
					await request('vault.passphrase', { old, passphrase });
				}}
				onDone={() => {
					setOld('');
					announce(text('popup_settings_passphrase_done'));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}

function Sites() {
	const action = useAction();
	const sites = state.value?.sites ?? [];
	if (sites.length === 0) return null;
	return (
		<div class="group">
			<h2>{text('popup_settings_sites')}</h2>
			<p class="hint">{text('popup_settings_sites_hint')}</p>
			<ul class="plain-list">
				{sites.map(({ origin, frontend }) => (
					<li class="card" key={origin}>
						<h3 dir="auto">{hostOf(origin)}</h3>
						<p class="hint">{frontendName(frontend)}</p>
						<Confirmed
							ask={text('popup_site_disable_ask', hostOf(origin))}
							action={action}
							onYes={() => action.run(() => request('site.disable', { origin }))}
						>
							{text('popup_site_disable')}
						</Confirmed>
					</li>
				))}
			</ul>
			<Problem fault={action.fault} />
		</div>
	);
}

export function Settings() {
	const [page, open] = useState<'all' | 'limits' | 'passphrase'>('all');
	const action = useAction();
	const settings = state.value?.settings;
	if (!settings) return null;
	if (page === 'limits') return <Limits onBack={() => open('all')} />;
	if (page === 'passphrase') return <ChangePassphrase onDone={() => open('all')} />;
	return (
		<>
			<h1 class="unseen">{text('popup_tab_settings')}</h1>
			<div class="group">
				<h2>{text('popup_settings_posting')}</h2>
				<Switch
					label={text('popup_settings_kill')}
					hint={text('popup_settings_kill_hint')}
					on={settings.killSwitch}
					onChange={(killSwitch) =>
						action.run(async () => {
							await request('settings.set', { killSwitch });
							announce(text('popup_saved'));
						})
					}
				/>
				<Problem fault={action.fault} />
				<div class="pair">
					<NumberSetting name="delayMin" settings={settings} />
					<NumberSetting name="delayMax" settings={settings} />
				</div>
				<p class="hint">{text('popup_settings_delay_hint')}</p>
				<div class="pair">
					<NumberSetting name="perMinute" settings={settings} />
					<NumberSetting name="perDay" settings={settings} />
				</div>
				<p class="hint">{text('popup_settings_rate_hint')}</p>
			</div>
			<div class="group">
				<h2>{text('popup_settings_vault')}</h2>
				<NumberSetting name="lockMinutes" settings={settings} hint={text('popup_settings_lock_hint')} />
				<div class="row start">
					<Button onPress={() => lockNow()}>{text('popup_lock_now')}</Button>
					<Button onPress={() => open('passphrase')}>{text('popup_settings_passphrase')}</Button>
				</div>
			</div>
			<Sites />
			<div class="group">
				<h2>{text('popup_limits_title')}</h2>
				<p>{text('popup_limits_short')}</p>
				<Button onPress={() => open('limits')}>{text('popup_limits_read')}</Button>
			</div>
		</>
	);
}
