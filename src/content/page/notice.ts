import { closedHost, element, noticeTag, styleSheet } from './shadow-hosts.ts';
import { direction } from './words.ts';

const noticeSheet = styleSheet(`
:host { all: initial !important; display: block !important; position: fixed !important; inset: 12px 0 auto !important; width: min(460px, 94vw) !important;
	height: fit-content !important; margin: 0 auto !important; z-index: 2147483647 !important }
div { color-scheme: light dark; box-sizing: border-box; padding: 12px 14px; border: 1px solid; border-inline-start: 5px solid #c0392b; border-radius: 8px; background: Canvas; color: CanvasText;
	font: 15px/1.4 system-ui, sans-serif; box-shadow: 0 4px 16px rgb(0 0 0 / .3) }
p { margin: 0 0 8px }
button { font: inherit; min-height: 32px; padding: 2px 12px }`);

let shownHost: HTMLElement | null = null;

/** Takes the notice away. */
function hideNotice(): void {
	shownHost?.remove();
	shownHost = null;
}

/** Tells something at the top of the window, over everything. A click on `choice` does `act`. */
export function showNotice(text: string, choice: string, act: () => void): void {
	if (shownHost?.isConnected) return;
	const { host, root } = closedHost(noticeTag, noticeSheet);
	const button = element('button', { type: 'button' }, choice);
	button.addEventListener('click', (event) => {
		if (!event.isTrusted || event.detail === 0) return;
		hideNotice();
		act();
	});
	root.append(element('div', { role: 'alert', dir: direction }, element('p', {}, text), button));
	host.popover = 'manual';
	document.documentElement.append(host);
	host.showPopover();
	shownHost = host;
}
