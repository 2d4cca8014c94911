/**
 * A page that wants to know whose the messages are: put into the head, it writes down all that it is told of its own document. Names that
 * differ between messages anyway are made alike.
 */
export const labelSpyHead = `<script>
(() => {
	let log = [];
	const messageOf = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest('.chat-msg, .nc-comment');
	const textIn = (message) => message?.querySelector('.chat-msg__text, .nc-comment__text')?.textContent ?? '';
	const note = (what, node, more = '') => log.push([what, textIn(messageOf(node)), node?.localName ?? '', more].join(' | '));
	const isOurs = (node) => node.nodeType === 1 && /^[a-z]{5}-[a-z]{4}$/.test(node.localName);
	const list = () => document.getElementById('list');
	new MutationObserver((records) => {
		for (const record of records) {
			for (const node of record.removedNodes) if (isOurs(node) && list()?.contains(record.target)) note('removed', record.target, 'host');
			for (const node of record.addedNodes) if (isOurs(node) && list()?.contains(record.target)) note('added', record.target, 'host');
			if (record.type !== 'childList') note(record.type, record.target, record.attributeName ?? '');
		}
	}).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
	const hosts = () => [...document.querySelectorAll('#list *')].filter(isOurs);
	for (const type of ['transitionrun', 'transitionstart', 'transitionend', 'animationstart', 'animationend', 'selectionchange', 'slotchange',
		'scroll', 'error', 'load', 'securitypolicyviolation', 'contentvisibilityautostatechange', 'toggle', 'beforetoggle'])
		document.addEventListener(type, (event) => { if (type !== 'selectionchange' || getSelection().anchorNode) note('event ' + type, event.target); }, true);
	// tasks and frames are long on a machine with other work
	const noise = ['longtask', 'long-animation-frame', 'event', 'first-input', 'navigation', 'visibility-state'];
	for (const type of PerformanceObserver.supportedEntryTypes)
		if (!noise.includes(type))
			new PerformanceObserver((list) => { for (const { name } of list.getEntries()) note('performance ' + type, null, name); }).observe({ type });
	let observers = [];
	const watchHosts = () => {
		for (const observer of observers) observer.disconnect();
		const first = new WeakSet();
		const sizes = new ResizeObserver((entries) => { for (const { target } of entries) first.has(target) ? note('size', target) : first.add(target); });
		const shown = new WeakSet();
		const views = new IntersectionObserver((entries) => { for (const { target } of entries) shown.has(target) ? note('view', target) : shown.add(target); }, { threshold: [0, 0.5, 1] });
		for (const host of hosts()) { sizes.observe(host); views.observe(host); }
		observers = [sizes, views];
	};
	// where something stands in the page says nothing of what it is
	const places = ['top', 'bottom', 'inset-block-start', 'inset-block-end'];
	const stylesOf = (element, pseudo) => { const style = getComputedStyle(element, pseudo); return [...style].filter((name) => !places.includes(name)).map((name) => name + ':' + style.getPropertyValue(name)).join(';'); };
	const rects = (element, frame) => {
		const boxes = element.getClientRects();
		return [...boxes].map((box) => [box.x, box.y - frame.y, box.width, box.height].join()).join(' ') + [element.scrollWidth, element.scrollHeight, element.offsetWidth, element.clientWidth].join();
	};
	const digest = async (text) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))].map((byte) => byte.toString(16)).join('');
	/** all that can be read of one message, its own words and names left out */
	const look = (message) => {
		const frame = message.getBoundingClientRect();
		const elements = [message, ...message.querySelectorAll('*')];
		const selection = getSelection();
		selection.selectAllChildren(message);
		const selected = selection.toString();
		const ends = [selection.anchorNode, selection.focusNode].map((node) => node?.nodeName);
		selection.removeAllRanges();
		const hits = [];
		for (let x = 1; x < frame.width; x += 5) for (const y of [frame.y + 4, frame.y + 12, frame.y + frame.height / 2]) {
			hits.push(document.elementFromPoint(frame.x + x, y)?.localName);
			hits.push(document.caretPositionFromPoint?.(frame.x + x, y)?.offsetNode?.nodeName);
		}
		const names = [textIn(message), message.dataset.msgid, message.dataset.from, message.dataset.from?.split('/')[1],
			message.querySelector('[title]')?.title, message.querySelector('[title]')?.title.slice(0, 8)].filter(Boolean);
		let all = JSON.stringify({
			html: message.outerHTML, selected, ends, hits,
			boxes: elements.map((element) => rects(element, frame)),
			styles: elements.map((element) => ['', '::before', '::after'].map((pseudo) => stylesOf(element, pseudo))),
			roots: elements.map((element) => [element.shadowRoot, element.assignedSlot, element.getRootNode().nodeName, element.getAnimations({ subtree: true }).length]),
			labels: elements.map((element) => [element.role, element.ariaLabel, element.title, element.tabIndex, element.checkVisibility?.()]),
			quads: elements.map((element) => element.getBoxQuads?.({ relativeTo: message }).map((quad) => quad.toJSON())),
		});
		for (const name of names) all = all.replaceAll(name, 'NAME');
		return all;
	};
	window.spy = {
		hosts: () => hosts().filter((host) => !isOurs(host.parentElement)).map((host) => textIn(messageOf(host))),
		/** the log since the last call, and what every message looks like */
		async take() {
			await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
			const sofar = log;
			const looks = {};
			for (const message of document.querySelectorAll('.chat-msg, .nc-comment')) looks[textIn(message)] = await digest(look(message));
			const sheets = await digest(document.adoptedStyleSheets.map((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText).join()).join());
			await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
			watchHosts();
			// what looking changes in the selection is told later
			await new Promise((done) => setTimeout(done, 60));
			log = [];
			return { log: sofar, looks, sheets, animations: document.getAnimations().length };
		},
	};
})();
</script>`;

/** What `take` gives. */
export interface SpyReport {
	log: string[];
	/** a digest for each message, by its text */
	looks: Record<string, string>;
	sheets: string;
	animations: number;
}

/**
 * Defines each of Bauta's elements that the page has, as a page may once it sees their tags, and keeps what it is handed of their closed
 * roots. Run in the page; `handedRoots()` tells what it got: null for each element without one.
 */
export function defineHosts(): boolean {
	const handed: (ElementInternals | null)[] = [];
	const tags = [...document.querySelectorAll('*')].map(({ localName }) => localName).filter((tag) => /^[a-z]{5}-[a-z]{4}$/.test(tag));
	for (const tag of new Set(tags))
		customElements.define(
			tag,
			class extends HTMLElement {
				constructor() {
					super();
					handed.push(this.attachInternals());
				}
			},
		);
	Object.assign(window, { handedRoots: () => handed.map((internals) => internals?.shadowRoot?.nodeName ?? null) });
	return true;
}

/**
 * What any page can look up to learn whether Bauta is there, without knowing what stands in it. Run in the page. @param addresses of files of
 * extensions
 */
export async function probePage(addresses: string[]): Promise<{ found: string[]; stacks: string; reached: string[]; natives: string[] }> {
	const types = [WebSocket, XMLHttpRequest, MessagePort, MessageEvent, Document, Element, EventTarget, Node, Worker];
	const stacks: string[] = [];
	const note = (act: () => unknown) => {
		try {
			act();
		} catch (thrown) {
			stacks.push(String((thrown as Error).stack));
		}
	};
	const socket = new WebSocket(location.origin.replace('http', 'ws'), 'xmpp');
	note(() => socket.send('early'));
	await new Promise((opened) => socket.addEventListener('open', opened));
	const telling = { toString: () => stacks.push(String(new Error().stack)) };
	note(() => socket.send(telling as never));
	note(() => new MessageChannel().port1.postMessage(Object.defineProperty({}, 'told', { enumerable: true, get: telling.toString })));
	note(() => new XMLHttpRequest().send('http://jabber.org/protocol/httpbind'));
	await fetch('http://[', { method: 'POST', body: 'http://jabber.org/protocol/httpbind' }).catch((thrown) => stacks.push(thrown.stack));
	socket.close();
	const reached: string[] = [];
	for (const address of addresses)
		await fetch(address).then(
			() => reached.push(address),
			() => {},
		);
	return {
		found: [
			...Object.getOwnPropertyNames(window),
			...types.flatMap(({ name, prototype }) => Object.getOwnPropertyNames(prototype).map((one) => `${name}.${one}`)),
			...[document.documentElement, document.body].flatMap((element) => element.getAttributeNames()),
			...performance.getEntries().flatMap(({ name }) => (name.includes('extension') ? [name] : [])),
		].sort(),
		stacks: stacks.join('\n'),
		reached,
		natives: [socket.send, fetch, XMLHttpRequest.prototype.send, MessagePort.prototype.postMessage].map(String),
	};
}
