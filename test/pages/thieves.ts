/**
 * What a page may do to take the keyboard from somebody who writes in the composer; each is run in the page. The page's own field is `#trap`,
 * and a frame of the page's reports its keys to `heard` as well.
 */
export const thefts: Record<string, () => void> = {
	'focuses a field of its own': () => {
		document.getElementById('trap')?.focus();
	},
	'focuses a field for one key': () => {
		const trap = document.getElementById('trap');
		trap?.focus();
		setTimeout(() => trap?.blur(), 100);
	},
	'focuses a field and keeps the browser busy': () => {
		document.getElementById('trap')?.focus();
		for (const end = performance.now() + 500; performance.now() < end; );
	},
	'opens a modal dialog and closes it again': () => {
		const dialog = document.createElement('dialog');
		dialog.innerHTML = '<input autofocus>';
		document.body.append(dialog);
		dialog.showModal();
		setTimeout(() => dialog.close(), 150);
	},
	'opens a popover that takes the focus': () => {
		const popover = document.createElement('div');
		popover.popover = 'auto';
		popover.innerHTML = '<input autofocus>';
		document.body.append(popover);
		popover.showPopover();
		// while one is open the composer is not in clear view
		setTimeout(() => popover.remove(), 150);
	},
	'focuses a frame of its own': () => {
		const frame = document.createElement('iframe');
		frame.srcdoc = '<input autofocus><script>addEventListener("keydown", (event) => (parent.heard += event.key), true)</script>';
		frame.onload = () => frame.contentDocument?.querySelector('input')?.focus();
		document.body.append(frame);
	},
	'makes everything inert': () => {
		document.documentElement.inert = true;
		setTimeout(() => (document.documentElement.inert = false), 300);
	},
	'asks for the whole screen': () => {
		document.body.requestFullscreen().catch(() => null);
		setTimeout(() => document.exitFullscreen().catch(() => null), 300);
		document.getElementById('trap')?.focus();
	},
	'takes the composer’s host away': () => {
		document.documentElement.lastElementChild?.remove();
	},
	'closes the composer’s popover': () => {
		(document.documentElement.lastElementChild as HTMLElement).hidePopover();
	},
};

/** The same, for what leaves nothing of the page as it was. */
export const lastThefts: Record<string, () => void> = {
	'moves the composer’s host': () => {
		document.body.append(document.documentElement.lastElementChild as Element);
	},
	'adopts the composer’s host into another document': () => {
		const frame = document.createElement('iframe');
		document.body.append(frame);
		frame.contentDocument?.body.append(document.documentElement.lastElementChild as Element);
	},
	'opens the document anew': () => {
		document.open();
		document.write('<input id="trap" autofocus>');
		document.close();
		addEventListener('keydown', ({ key }) => Object.assign(window, { heard: `${Reflect.get(window, 'heard')}${key}` }), true);
		document.getElementById('trap')?.focus();
	},
	'is loaded anew': () => {
		location.reload();
	},
};

/** Put into the head, it writes every key that the page hears into `window.heard`. */
export const hearingHead = `<script>
window.heard = '';
addEventListener('keydown', (event) => { if (event.isTrusted && event.key.length === 1) heard += event.key; }, true);
for (const type of ['keyup', 'beforeinput', 'input', 'paste', 'compositionstart']) addEventListener(type, (event) => { if (event.isTrusted) heard += ' ' + type + ' '; }, true);
addEventListener('DOMContentLoaded', () => { const trap = document.createElement('input'); trap.id = 'trap'; trap.style.cssText = 'position: fixed; top: 0; left: 0; z-index: 9999'; document.body.append(trap); });
</script>`;
