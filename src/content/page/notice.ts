import { closedHost, element, noticeTag, styleSheet } from './shadow-hosts.ts';
import { direction } from './words.ts';

const noticeSheet = styleSheet('');
/** Takes over how a notice is drawn. */
export const setNoticeRules = (rules: string): void => noticeSheet.replaceSync(rules);

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
