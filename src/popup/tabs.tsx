import './tabs.css';
import type { JSX } from 'preact';
import { Notices } from './notices.tsx';
import { ThisSite } from './site/site.tsx';
import { type View, view, views } from './state/navigation.ts';
import { lazy } from './ui/lazy.tsx';
import { text } from './ui/text.ts';

const Identity = lazy(() => import('./identity/identity.tsx').then((module) => module.Identity));
const Devices = lazy(() => import('./devices/devices.tsx').then((module) => module.Devices));
const Settings = lazy(() => import('./settings/settings.tsx').then((module) => module.Settings));
const pages: Record<View, (props: object) => JSX.Element | null> = {
	site: ThisSite,
	identity: Identity,
	devices: Devices,
	settings: Settings,
};

/** The view that a key leads to from the present one: arrows go round, Home and End to the ends. Undefined for any other key. */
function viewAfter(key: string): View | undefined {
	if (key === 'Home') return views[0];
	if (key === 'End') return views.at(-1);
	if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
	const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
	const step = key === forward ? 1 : -1;
	return views[(views.indexOf(view.value) + step + views.length) % views.length];
}

/** Four tabs as the ARIA pattern has them: one tab stop, arrows between, the panel follows. */
export function Tabs() {
	const move = (event: KeyboardEvent) => {
		const next = viewAfter(event.key);
		if (!next) return;
		event.preventDefault();
		view.value = next;
		document.getElementById(`tab-${next}`)?.focus();
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
