import { useEffect, useState } from 'preact/hooks';
import { request } from '../../messages/request.ts';
import { CareChoice, WhatPagesSee } from '../care/care-choice.tsx';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { requestedPage } from '../state/navigation.ts';
import { lockNow, state } from '../state/store.ts';
import { Button, ConfirmButton, Problem, Screen } from '../ui/controls.tsx';
import { Switch } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { hostOf, text } from '../ui/text.ts';
import { Notifications } from './notifications.tsx';
import { NumberSetting } from './number-setting.tsx';
import { OwnProxy } from './own-proxy.tsx';
import { WhatIsHidden } from './what-is-hidden.tsx';

/** Another passphrase for the vault; the one in force is asked. */
function ChangePassphrase(props: { onDone: () => void }) {
	return (
		<Screen title={text('popup_settings_passphrase')}>
			<p class="card note">{text('popup_passphrase_forgotten')}</p>
			<NewPassphrase
				askOld
				submit={text('popup_settings_passphrase_set')}
				onSubmit={(passphrase, old) => request('vault.passphrase', { old, passphrase })}
				onDone={() => {
					announce(text('popup_settings_passphrase_done'));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}

/** Every site that Bauta is enabled on. */
function Sites() {
	const action = useAction();
	const sites = state.value?.sites ?? [];
	if (sites.length === 0) return null;
	return (
		<div class="group">
			<h2>{text('popup_settings_sites')}</h2>
			<p class="hint">{text('popup_settings_sites_hint')}</p>
			<ul class="plain-list">
				{sites.map(({ origin, name }) => (
					<li class="card" key={origin}>
						<h3 dir="auto">{hostOf(origin)}</h3>
						<p class="hint">{name}</p>
						<ConfirmButton
							ask={text('popup_site_disable_ask', hostOf(origin))}
							action={action}
							onYes={() => action.run(() => request('site.disable', { origin }))}
						>
							{text('popup_site_disable')}
						</ConfirmButton>
					</li>
				))}
			</ul>
			<Problem fault={action.fault} />
		</div>
	);
}

/** The Settings page. */
export function Settings() {
	const [page, open] = useState<'all' | 'what-is-hidden' | 'passphrase' | 'notifications'>(() =>
		requestedPage.value === 'notifications' ? 'notifications' : 'all',
	);
	useEffect(() => {
		requestedPage.value = '';
	}, []);
	const action = useAction();
	const settings = state.value?.settings;
	if (!settings) return null;
	if (page === 'what-is-hidden') return <WhatIsHidden onBack={() => open('all')} />;
	if (page === 'passphrase') return <ChangePassphrase onDone={() => open('all')} />;
	if (page === 'notifications') return <Notifications onBack={() => open('all')} />;
	return (
		<>
			<h1 class="unseen">{text('popup_tab_settings')}</h1>
			<div class="group">
				<h2>{text('popup_care_title')}</h2>
				<WhatPagesSee />
				<CareChoice />
			</div>
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
				{settings.care === 'careful' ? (
					<p>{text('popup_settings_delay_careful')}</p>
				) : (
					<>
						<div class="pair">
							<NumberSetting name="delayMin" settings={settings} />
							<NumberSetting name="delayMax" settings={settings} />
						</div>
						<p class="hint">{text('popup_settings_delay_hint')}</p>
					</>
				)}
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
			<div class="group">
				<h2>{text('popup_rings_title')}</h2>
				<p class="hint">{text('popup_rings_hint')}</p>
				<Button onPress={() => open('notifications')}>{text('popup_rings_open')}</Button>
			</div>
			<OwnProxy />
			<Sites />
			<div class="group">
				<h2>{text('popup_limits_title')}</h2>
				<p>{text('popup_limits_short')}</p>
				<Button onPress={() => open('what-is-hidden')}>{text('popup_limits_read')}</Button>
			</div>
		</>
	);
}
