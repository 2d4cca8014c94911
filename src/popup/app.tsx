import { useEffect, useRef } from 'preact/hooks';
import { announcement } from './state/announcement.ts';
import { firstRun, view } from './state/navigation.ts';
import { openInTab, surface } from './state/popup-or-tab.ts';
import { lockNow, refresh, silent, state } from './state/store.ts';
import { Tabs } from './tabs.tsx';
import { Button } from './ui/controls.tsx';
import { lazy } from './ui/lazy.tsx';
import { Mask } from './ui/mask.tsx';
import { text } from './ui/text.ts';
import { Unlock } from './unlock.tsx';

const FirstRun = lazy(() => import('./first-run/first-run.tsx').then((module) => module.FirstRun));

/** The name, and what can be done from everywhere. */
function Header() {
	const canLock = state.value?.vault === 'unlocked' && !firstRun.value.on;
	return (
		<header>
			<p class="name">
				<Mask size={26} />
				<span>{text('app_name')}</span>
			</p>
			<div class="row">
				{canLock && (
					<Button kind="quiet" onPress={() => lockNow()}>
						{text('popup_lock_now')}
					</Button>
				)}
				{!surface.value.inTab && (
					<Button kind="quiet" onPress={() => openInTab(view.value)}>
						{text('popup_open_tab')}
					</Button>
				)}
			</div>
		</header>
	);
}

/** The background does not answer: what to do. */
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

/**
 * When the element that had the focus goes away (a message that was discarded), the focus stays in the page instead of falling out of it.
 */
function useFocusInPage(): void {
	const hadFocus = useRef(false);
	useEffect(() => {
		const note = () => {
			hadFocus.current = true;
		};
		addEventListener('focusin', note);
		return () => removeEventListener('focusin', note);
	}, []);
	useEffect(() => {
		if (hadFocus.current && document.activeElement === document.body) document.querySelector('main')?.focus({ preventScroll: true });
	});
}

/** The whole page. */
export function App() {
	useFocusInPage();
	// reading the state makes this component, and with it the check above, run after each change of it
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
