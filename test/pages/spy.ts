/**
 * A page that wants to know: put into the head, it listens to everything before anything else runs, watches every change of the
 * document, and forges the handshake of Bauta's tap. What it learned stands in `window.learned`.
 */
export const spyingHead = `<script>
window.learned = { events: [], nodes: [], ports: 0 };
(() => {
	const types = ['keydown','keypress','keyup','beforeinput','input','compositionstart','compositionupdate','compositionend','copy','cut','paste',
		'selectionchange','selectstart','message','focus','blur','focusin','focusout','click','pointerdown','change','submit'];
	for (const target of [window, document]) for (const type of types) for (const capture of [true, false])
		target.addEventListener(type, (event) => learned.events.push([type, event.key ?? '', event.data ?? '', event.target?.localName ?? '', String(event.origin ?? '')].join(' ')), { capture });
	window.addEventListener('load-end', (event) => { learned.ports += event.ports.length; }, true);
	new MutationObserver((records) => { for (const record of records) for (const node of record.addedNodes) if (node.outerHTML) learned.nodes.push(node.outerHTML); })
		.observe(document, { childList: true, subtree: true });
	const { port1, port2 } = new MessageChannel();
	window.dispatchEvent(new MessageEvent('load-end', { ports: [port2] }));
	port1.postMessage({ kind: 'frame', network: 'xmpp', direction: 'in', url: 'wss://forged.test', data: 'forged urn:x-bauta:1' });
})();
</script>`;

/** What a page may do to the private composer's place, by name; each is run in the page, with the composer's host as its argument. */
export const attacks: Record<'covered' | 'transparent' | 'small' | 'moved', (host: HTMLElement) => void> = {
	covered(host) {
		const box = host.getBoundingClientRect();
		const lid = document.createElement('div');
		lid.id = 'lid';
		lid.style.cssText = `position:fixed;left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px;z-index:99999;background:rgba(255,255,255,.01)`;
		document.body.append(lid);
	},
	transparent(host) {
		(host.parentElement as HTMLElement).style.opacity = '0.05';
	},
	small(host) {
		const around = host.closest<HTMLElement>('.chat-area');
		for (const name of ['width', 'max-width', 'flex-basis']) around?.style.setProperty(name, '60px', 'important');
	},
	moved(host) {
		const around = host.closest<HTMLElement>('.chat-area');
		for (const [name, value] of Object.entries({ position: 'fixed', left: '-3000px', top: '10px', width: '600px' }))
			around?.style.setProperty(name, value, 'important');
	},
};

/** Undoes `attacks`, `lids` and what thieves leave behind; run in the page. */
export function undoAttacks(): void {
	for (const area of document.querySelectorAll('.chat-area')) area.removeAttribute('style');
	for (const panel of document.querySelectorAll<HTMLElement>('converse-muc-bottom-panel')) panel.style.opacity = '';
	for (const left of document.querySelectorAll('#lid, #drawing, body > iframe, body > dialog')) left.remove();
	const trap = document.querySelector<HTMLInputElement>('#trap');
	trap?.blur();
	if (trap) trap.value = '';
	Object.assign(window, { heard: '' });
}

/** Resolves when an element of the page has kept its place for 0.7 s; run in the page. */
export async function restInPlace(element: Element): Promise<void> {
	const place = () => JSON.stringify(element.getBoundingClientRect());
	for (let [before, since] = [place(), performance.now()]; performance.now() - since < 700; ) {
		await new Promise((drawn) => requestAnimationFrame(drawn));
		if (place() !== before) [before, since] = [place(), performance.now()];
	}
}

/** What a page can see of Bauta's panel, in order, until `end` is called. Run in the page, with the element that the panel stands in. */
export function watchPanel(parent: Element): void {
	const seen: string[] = [];
	const host = parent.lastElementChild as HTMLElement;
	const size = () => `${host.getBoundingClientRect().width} x ${host.getBoundingClientRect().height}`;
	const sheets = () => document.adoptedStyleSheets.map((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText).join('\n')).join('\n');
	// what a page changes in its own elements is not told by Bauta
	const mutations = new MutationObserver((records) => {
		for (const { type, target, attributeName, addedNodes, removedNodes } of records)
			if (host.contains(target) || [...addedNodes, ...removedNodes].some((node) => node === host))
				seen.push(`${type} ${attributeName ?? ''}`);
	});
	mutations.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
	const sizes = new ResizeObserver(() => seen.push(`size ${size()}`));
	sizes.observe(host);
	Object.assign(window, {
		seenOfPanel: () => ({
			seen,
			size: size(),
			attributes: host.getAttributeNames().join(),
			sheets: sheets(),
			frames: window.length,
		}),
		endPanelWatch: () => {
			mutations.disconnect();
			sizes.disconnect();
		},
	});
}

/**
 * Counts from now on what shows a page that somebody does something: events of keys, focus and size, and each time that the page becomes
 * active by its user, which lasts for five seconds. Run in the page; `acts()` gives the list, `isQuiet()` whether the next activation will count.
 */
export function countActs(): void {
	const acts: string[] = [];
	const types = ['keydown', 'keyup', 'beforeinput', 'input', 'compositionstart', 'selectionchange', 'focusin', 'focusout', 'pointermove'];
	for (const type of types) document.addEventListener(type, () => acts.push(type), true);
	for (const type of ['focus', 'blur', 'resize', 'pagehide']) window.addEventListener(type, () => acts.push(type));
	document.addEventListener('visibilitychange', () => acts.push('visibility'));
	new PerformanceObserver((list) => acts.push(...list.getEntries().map(({ entryType }) => entryType))).observe({
		entryTypes: ['event', 'first-input', 'layout-shift'],
	});
	const state = () => `${document.hasFocus()} ${document.activeElement?.localName}`;
	let before = state();
	let wasActive = false;
	setInterval(() => {
		if (state() !== before) acts.push(`focus ${before}`);
		before = state();
		const { isActive } = navigator.userActivation;
		if (isActive && !wasActive) acts.push('activation');
		wasActive = isActive;
	}, 5);
	Object.assign(window, { acts: () => acts, isQuiet: () => !wasActive && !navigator.userActivation.isActive });
}
/** What a page may lay over the composer, which lies in the top layer, by name; each is run in the page, with the host as its argument. */
export const lids: Record<string, (host: HTMLElement) => void> = {
	'a popover': (host) => {
		const { x, y, width, height } = host.getBoundingClientRect();
		const lid = document.createElement('div');
		lid.id = 'lid';
		lid.popover = 'manual';
		lid.style.cssText = `inset: auto; margin: 0; border: 0; background: white; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		lid.innerHTML = '<b>Anonymous</b><textarea id="fake" style="width: 90%; height: 60px"></textarea>';
		document.body.append(lid);
		lid.showPopover();
	},
	'a popover that cannot be seen or clicked': (host) => {
		const { x, y, width, height } = host.getBoundingClientRect();
		const lid = document.createElement('div');
		lid.id = 'lid';
		lid.popover = 'manual';
		lid.style.cssText = `inset: auto; margin: 0; border: 0; opacity: .01; pointer-events: none; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		document.body.append(lid);
		lid.showPopover();
	},
	'a popover that comes and goes': (host) => {
		const { x, y, width, height } = host.getBoundingClientRect();
		const lid = document.createElement('div');
		lid.id = 'lid';
		lid.popover = 'manual';
		lid.style.cssText = `inset: auto; margin: 0; border: 0; background: white; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
		document.body.append(lid);
		const flicker = setInterval(() => (lid.isConnected ? lid.togglePopover() : clearInterval(flicker)), 50);
	},
};
