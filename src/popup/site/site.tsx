import './site.css';
import { useEffect, useState } from 'preact/hooks';
import type { FramedChat, SiteState } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import type { Tampering } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import type { ProofPageName } from '../proofs/proof-page.tsx';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { requestedPage } from '../state/navigation.ts';
import { lookAgain, state } from '../state/store.ts';
import { Button, ConfirmButton, Problem } from '../ui/controls.tsx';
import { lazy } from '../ui/lazy.tsx';
import { hostNames, hostOf, text } from '../ui/text.ts';
import { AllowButton } from './allow-button.tsx';
import { Legend } from './legend.tsx';
import { Outbox } from './outbox.tsx';
import { Rooms } from './rooms.tsx';

/** A site that Bauta is enabled on. */
type EnabledSite = Extract<SiteState, { state: 'enabled' }>;

/** Looks at the page again, and says where nothing has changed. */
function LookAgain() {
	const action = useAction();
	const [hasLooked, setLooked] = useState(false);
	const look = async () => {
		setLooked(false);
		if (await action.run(lookAgain)) setLooked(true);
	};
	return (
		<>
			<Button kind="plain" action={action} onPress={look}>
				{text(action.busy ? 'popup_looking' : 'popup_look_again')}
			</Button>
			<p class="hint" role="status">
				{hasLooked ? text('popup_site_nothing_new') : ''}
			</p>
			<Problem fault={action.fault} />
		</>
	);
}

/** The chat of this page stands in a frame, where Bauta does not run: the way to it. */
function Framed({ chat }: { chat: FramedChat }) {
	const action = useAction();
	return (
		<div class="stack">
			<p>{text('popup_site_framed', chat.name)}</p>
			{chat.url ? (
				<Button kind="main" action={action} onPress={() => action.run(() => browser.tabs.create({ url: chat.url }))}>
					{text('popup_site_framed_open')}
				</Button>
			) : (
				<p class="hint">{text('popup_site_framed_no_address')}</p>
			)}
			<Problem fault={action.fault} />
		</div>
	);
}

/** What the site was caught at, and the way to use the composer in its pages again. */
function Caught(props: { origin: string; how: Tampering }) {
	const action = useAction();
	return (
		<div class="card site">
			<h2 class="line warn">{text('popup_site_caught')}</h2>
			<p>{text(`popup_site_caught_${props.how}`)}</p>
			<p class="hint">{text('popup_site_caught_why')}</p>
			<Button
				kind="plain"
				action={action}
				onPress={() =>
					action.run(async () => {
						await request('site.forgive', { origin: props.origin });
						await lookAgain();
						announce(text('popup_site_forgiven'));
					})
				}
			>
				{text('popup_site_forgive')}
			</Button>
			<Problem fault={action.fault} />
		</div>
	);
}

/** A site that Bauta is enabled on: its next step, its rooms, and the way out. */
function EnabledPanel(props: { site: EnabledSite }) {
	const { site } = props;
	const reload = useAction();
	const disable = useAction();
	return (
		<>
			<div class="card site">
				<p class="label on">{text('popup_site_enabled')}</p>
				<h2 dir="auto">{hostOf(site.origin)}</h2>
				<p class="hint">{site.name}</p>
				{site.reload && (
					<div class="stack">
						<p>{text('popup_site_reload_why')}</p>
						<Button kind="main" action={reload} onPress={() => reload.run(() => request('site.reload', { origin: site.origin }))}>
							{text('popup_site_reload')}
						</Button>
						<Problem fault={reload.fault} />
					</div>
				)}
				{site.frame && <Framed chat={site.frame} />}
				{site.hosts.length > 0 && (
					<div class="stack">
						<p>{text('popup_site_hosts_why', site.name)}</p>
						<AllowButton site={site} hosts={site.hosts}>
							{text('popup_site_also', hostNames(site.hosts).join(text('popup_comma')))}
						</AllowButton>
					</div>
				)}
			</div>
			{site.caught && <Caught origin={site.origin} how={site.caught} />}
			<Rooms site={site} />
			<Legend />
			<ConfirmButton
				ask={text('popup_site_disable_ask', hostOf(site.origin))}
				action={disable}
				onYes={() =>
					disable.run(async () => {
						await request('site.disable', { origin: site.origin });
						await lookAgain();
						announce(text('popup_site_disabled'));
					})
				}
			>
				{text('popup_site_disable')}
			</ConfirmButton>
			<Problem fault={disable.fault} />
		</>
	);
}

/** Whether Bauta works on the page of this tab, and the one next step. */
export function SitePanel() {
	const site = state.value?.site;
	if (!site) return null;
	if (site.state === 'enabled') return <EnabledPanel site={site} />;
	if (site.state === 'found')
		return (
			<div class="card site">
				<p class="label">{text('popup_site_found', site.name)}</p>
				<h2 dir="auto">{hostOf(site.origin)}</h2>
				<p>{text('popup_site_enable_why')}</p>
				<AllowButton key="enable" site={site} hosts={[]}>
					{text('popup_site_enable', hostOf(site.origin))}
				</AllowButton>
			</div>
		);
	return (
		<div class="card site">
			{site.state === 'none' && (
				<p class="label" dir="auto">
					{hostOf(site.origin)}
				</p>
			)}
			<h2>{text(`popup_site_${site.state}`)}</h2>
			{site.state === 'none' && site.frame ? <Framed chat={site.frame} /> : <p>{text(`popup_site_${site.state}_do`)}</p>}
			{/* a frame of a site that Bauta may not reach cannot be looked into */}
			{site.state === 'none' && !site.frame && <p class="hint">{text('popup_site_none_frame')}</p>}
			<LookAgain />
		</div>
	);
}

const ProofPage = lazy(() => import('../proofs/proof-page.tsx').then((module) => module.ProofPage));
const proofPages: [ProofPageName, label: string][] = [
	['own', 'popup_mine_title'],
	['ask', 'popup_ask_voice'],
	['answer', 'popup_answer_question'],
	['check', 'popup_check_proof'],
];

/** What can be proven of messages, and by whom: each on a page of its own. */
function Proofs(props: { onOpen: (page: ProofPageName) => void }) {
	return (
		<div class="group">
			<h2>{text('popup_proofs')}</h2>
			<div class="stack">
				{proofPages.map(([page, label]) => (
					<Button key={page} onPress={() => props.onOpen(page)}>
						{text(label)}
					</Button>
				))}
			</div>
		</div>
	);
}

/** The page about the site in the tab. */
export function ThisSite() {
	const [page, open] = useState(() => proofPages.find(([name]) => name === requestedPage.value)?.[0] ?? null);
	useEffect(() => {
		requestedPage.value = '';
	}, []);
	if (page) return <ProofPage page={page} onDone={() => open(null)} />;
	return (
		<>
			<h1 class="unseen">{text('popup_tab_site')}</h1>
			<SitePanel />
			<Outbox />
			{state.value?.site.state === 'enabled' && <Proofs onOpen={open} />}
		</>
	);
}
