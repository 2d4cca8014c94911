import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Notices } from './notices.tsx';
import { ThisSite } from './site/site.tsx';
import { openInTab } from './state/popup-or-tab.ts';
import { announcement, firstRun, lockNow, place, refresh, silent, state, type View, view, views } from './state/store.ts';
import { Button } from './ui/controls.tsx';
import { later } from './ui/lazy.tsx';
import { Mask } from './ui/mask.tsx';
import { text } from './ui/text.ts';
import { Unlock } from './unlock.tsx';

const FirstRun = later(() => import('./first-run/first-run.tsx').then((part) => part.FirstRun));
const Identity = later(() => import('./identity/identity.tsx').then((part) => part.Identity));
const Devices = later(() => import('./devices/devices.tsx').then((part) => part.Devices));
const Settings = later(() => import('./settings/settings.tsx').then((part) => part.Settings));
const pages: Record<View, (props: object) => JSX.Element | null> = {
	site: ThisSite,
	identity: Identity,
	devices: Devices,
	settings: Settings,
};

/** The name, and what can be done from everywhere. */
function Header() {
	const unlocked = state.value?.vault === 'unlocked' && !firstRun.value.on;
	return (
		<header>
			<p class="name">
				<Mask size={26} />
				<span>{text('app_name')}</span>
			</p>
			<div class="row">
				{unlocked && (
					<Button kind="quiet" onPress={() => lockNow()}>
						{text('popup_lock_now')}
					</Button>
				)}
				{!place.value.inTab && (
					<Button kind="quiet" onPress={() => openInTab(place.value, view.value)}>
						{text('popup_open_tab')}
					</Button>
				)}
			</div>
		</header>
	);
}

/** Four tabs as the ARIA pattern has them: one tab stop, arrows between, the panel follows. */
function Tabs() {
	const move = (event: KeyboardEvent) => {
		const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
		const step = event.key === forward ? 1 : event.key.startsWith('Arrow') ? -1 : 0;
		const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
		const now = views.indexOf(view.value);
		const ends: Record<string, number> = { Home: 0, End: views.length - 1 };
		const next = ends[event.key] ?? (sideways ? (now + step + views.length) % views.length : -1);
		const chosen = views[next];
		if (!chosen) return;
		event.preventDefault();
		view.value = chosen;
		document.getElementById(`tab-${chosen}`)?.focus();
	};
	const Page = pages[view.value];
	return (
		<main class="tabbed" tabIndex={-1}>
			<div class="tabs" role="tablist" aria-label={text('popup_tabs')} onKeyDown={move}>
				{views.map((name) => (
					<button
						key={name}
						type="button"
						role="tab"
						id={`tab-${name}`}
						aria-selected={view.value === name}
						aria-controls="panel"
						tabIndex={view.value === name ? 0 : -1}
						onClick={() => {
							view.value = name;
						}}
					>
						{text(`popup_tab_${name}`)}
					</button>
				))}
			</div>
			<div class="page">
				<Notices />
				<div id="panel" role="tabpanel" aria-labelledby={`tab-${view.value}`}>
					<Page key={view.value} />
				</div>
			</div>
		</main>
	);
}

function Body() {
	if (!state.value) return silent.value ? <Silent /> : <main aria-busy="true" tabIndex={-1} />;
	if (firstRun.value.on)
		return (
			<main tabIndex={-1}>
				<FirstRun />
			</main>
		);
	if (state.value.vault === 'locked')
		return (
			<main tabIndex={-1}>
				<Unlock />
			</main>
		);
	return <Tabs />;
}

function Silent() {
	return (
		<main tabIndex={-1}>
			<h1>{text('popup_silent')}</h1>
			<p>{text('popup_silent_do')}</p>
			<Button kind="main" onPress={refresh}>
				{text('popup_try_again')}
			</Button>
		</main>
	);
}

/** When what had the focus goes away (an entry that was discarded), the focus stays in the page instead of falling out of it. */
function useKeptFocus(): void {
	const had = useRef(false);
	useEffect(() => {
		const note = () => {
			had.current = true;
		};
		addEventListener('focusin', note);
		return () => removeEventListener('focusin', note);
	}, []);
	useEffect(() => {
		if (had.current && document.activeElement === document.body) document.querySelector('main')?.focus({ preventScroll: true });
	});
}

export function App() {
	useKeptFocus();
	// what is shown follows the state; looking at it here runs the check above after each change
	void state.value;
	return (
		<>
			<Header />
			<Body />
			<p class="unseen" role="status" aria-live="polite">
				{announcement.value}
			</p>
		</>
	);
}
