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
	'moves the composer’s host without taking it out': () => {
		const body = document.body as Element & { moveBefore(node: Node, child: Node | null): void };
		body.moveBefore(document.documentElement.lastElementChild as Element, null);
		document.getElementById('trap')?.focus();
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

/**
 * What a page may put where the composer lies, or lay, so that its user takes it for the composer; each is run in the page with the box of the
 * composer. `window.tidy()` takes it away again.
 */
export const lookAlikes: Record<string, (box: { x: number; y: number; width: number; height: number }) => void> = {
	'a field in a closed root': ({ x, y, width, height }) => {
		const fake = document.createElement('div');
		fake.popover = 'manual';
		fake.style.cssText = `inset: auto; margin: 0; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		fake.attachShadow({ mode: 'closed' }).innerHTML = '<textarea style="width: 90%; height: 90%"></textarea>';
		document.body.append(fake);
		fake.showPopover();
		Object.assign(window, { tidy: () => fake.remove() });
	},
	'a field that shows, of a root with no place of its own': ({ x, y, width, height }) => {
		const fake = document.createElement('div');
		fake.style.display = 'contents';
		const field = document.createElement('textarea');
		field.popover = 'manual';
		field.style.cssText = `inset: auto; margin: 0; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		fake.attachShadow({ mode: 'closed' }).append(field);
		document.body.append(fake);
		field.showPopover();
		Object.assign(window, { tidy: () => fake.remove() });
	},
	'a drawing': ({ x, y, width, height }) => {
		const fake = document.createElement('canvas');
		fake.popover = 'manual';
		fake.style.cssText = `inset: auto; margin: 0; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		document.body.append(fake);
		fake.showPopover();
		Object.assign(window, { tidy: () => fake.remove() });
	},
	'a drawing, with the keyboard in a field elsewhere': ({ x, y, width, height }) => {
		const fake = document.createElement('canvas');
		fake.popover = 'manual';
		fake.style.cssText = `inset: auto; margin: 0; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		fake.onclick = () => document.getElementById('trap')?.focus();
		document.body.append(fake);
		fake.showPopover();
		Object.assign(window, { tidy: () => fake.remove() });
	},
	'a frame': ({ x, y, width, height }) => {
		const fake = document.createElement('iframe');
		fake.popover = 'manual';
		fake.style.cssText = `inset: auto; margin: 0; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		fake.srcdoc =
			'<textarea style="width: 90%; height: 90vh"></textarea><script>addEventListener("keydown", (event) => (parent.heard += event.key), true)</script>';
		document.body.append(fake);
		fake.showPopover();
		Object.assign(window, { tidy: () => fake.remove() });
	},
	'a frame in a closed root': ({ x, y, width, height }) => {
		const fake = document.createElement('div');
		fake.popover = 'manual';
		fake.style.cssText = `inset: auto; margin: 0; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		const frame = document.createElement('iframe');
		frame.style.cssText = 'width: 100%; height: 100%';
		frame.srcdoc =
			'<textarea style="width: 90%; height: 90vh"></textarea><script>addEventListener("keydown", (event) => (parent.heard += event.key), true)</script>';
		fake.attachShadow({ mode: 'closed' }).append(frame);
		document.body.append(fake);
		fake.showPopover();
		Object.assign(window, { tidy: () => fake.remove() });
	},
	'a field, once the composer is moved away': ({ x, y, width, height }) => {
		const area = document.querySelector<HTMLElement>('converse-muc .chat-area');
		const fake = document.createElement('textarea');
		fake.style.cssText = `position: fixed; z-index: 99999; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		document.body.append(fake);
		if (area) area.style.transform = `translateY(${-height - 150}px)`;
		Object.assign(window, {
			tidy() {
				if (area) area.style.transform = '';
				fake.remove();
			},
		});
	},
	'a field, once the composer is moved elsewhere in the document': ({ x, y, width, height }) => {
		const panel = document.querySelector('converse-muc converse-muc-bottom-panel') as HTMLElement;
		const home = panel.parentElement as Element & { moveBefore(node: Node, child: Node | null): void };
		const before = panel.nextSibling;
		const away = document.createElement('div') as HTMLElement & { moveBefore(node: Node, child: Node | null): void };
		away.style.cssText = `position: fixed; z-index: 99999; left: ${x}px; bottom: calc(100vh - 260px); width: ${width}px`;
		const fake = document.createElement('textarea');
		fake.style.cssText = `position: fixed; z-index: 99999; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		document.body.append(fake, away);
		away.moveBefore(panel, null);
		Object.assign(window, {
			tidy() {
				home.moveBefore(panel, before);
				away.remove();
				fake.remove();
			},
		});
	},
};

/** Put into the head, it writes every key that the page hears into `window.heard`. */
export const hearingHead = `<script>
window.heard = '';
addEventListener('keydown', (event) => { if (event.isTrusted && event.key.length === 1) heard += event.key; }, true);
for (const type of ['keyup', 'beforeinput', 'input', 'paste', 'compositionstart']) addEventListener(type, (event) => { if (event.isTrusted) heard += ' ' + type + ' '; }, true);
addEventListener('DOMContentLoaded', () => { const trap = document.createElement('input'); trap.id = 'trap'; trap.style.cssText = 'position: fixed; top: 0; left: 0; z-index: 9999'; document.body.append(trap); });
</script>`;
