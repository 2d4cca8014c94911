import type { CDPSession, Page } from 'playwright-core';
import { until } from './until.ts';

/** One element as the debugger sees it, closed shadow roots included. */
export interface Pierced {
	node: number;
	name: string;
	attributes: Record<string, string>;
	/** text of the element and everything in it */
	text: string;
	parent: Pierced | null;
	/** those of Bauta's own elements, without what is in closed roots below */
	children: Pierced[];
	/** ancestors, the element itself last, e.g. `html body converse-muc … button` */
	path: string;
}

interface RawNode {
	backendNodeId: number;
	nodeType: number;
	localName: string;
	nodeValue: string;
	attributes?: string[];
	children?: RawNode[];
	shadowRoots?: RawNode[];
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

function sessionOf(page: Page): Promise<CDPSession> {
	const known = sessions.get(page) ?? page.context().newCDPSession(page);
	sessions.set(page, known);
	return known;
}

function attributesOf(raw: RawNode): Record<string, string> {
	const list = raw.attributes ?? [];
	return Object.fromEntries(list.flatMap((name, at) => (at % 2 ? [] : [[name, list[at + 1] ?? '']])));
}

/** An element of the page's around one of Bauta's. `parent`: where in the list its own parent is, -1 at the top. */
type Around = Pick<Pierced, 'name' | 'attributes' | 'text'> & { parent: number };

/** Every element of this tree that the condition holds for, in its order. `above`: what the tree stands in. */
function matchesIn(root: RawNode, matches: (element: Pierced) => boolean, above: Pierced | null = null): Pierced[] {
	const matching: Pierced[] = [];
	const walk = (raw: RawNode, parent: Pierced | null): string => {
		if (raw.nodeType === 3) return raw.nodeValue;
		const element: Pierced = {
			node: raw.backendNodeId,
			name: raw.localName,
			attributes: attributesOf(raw),
			text: '',
			parent,
			children: [],
			path: `${parent?.path ?? ''} ${raw.localName}`.trim(),
		};
		parent?.children.push(element);
		const at = matching.length;
		const inner = [...(raw.shadowRoots ?? []), ...(raw.children ?? [])].map((child) => walk(child, raw.nodeType === 1 ? element : parent));
		element.text = inner.join('');
		if (raw.nodeType === 1 && matches(element)) matching.splice(at, 0, element);
		return element.text;
	};
	walk(root, above);
	return matching;
}

/** In the page: the elements that Bauta put there, by the form of their tag, in the page's own open roots too. */
const hostsIn = () => {
	const inside = (root: ParentNode): Element[] =>
		[...root.querySelectorAll('*')].flatMap((element) => {
			if (element.shadowRoot) return inside(element.shadowRoot);
			return /^[b-df-hj-np-tv-z]{5}-[b-df-hj-np-tv-z]{4}$/.test(element.localName) ? [element] : [];
		});
	return inside(document);
};

/** In the page: what each of these stands in, and where in the list that is. The text of the whole page is left out. */
const aroundIn = (hosts: Element[]): { around: Around[]; parents: number[] } => {
	const around: Around[] = [];
	const places = new Map<Element, number>();
	const parentOf = (element: Element): Element | null => {
		const root = element.getRootNode();
		return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
	};
	const placeOf = (element: Element | null): number => {
		if (!element) return -1;
		const known = places.get(element);
		if (known !== undefined) return known;
		const parent = placeOf(parentOf(element));
		const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
		const text = element === document.body || element === document.documentElement ? '' : (element.textContent ?? '');
		places.set(element, around.length);
		return around.push({ name: element.localName, attributes, text, parent }) - 1;
	};
	return { around, parents: hosts.map((host) => placeOf(parentOf(host))) };
};

/** What the compiler that runs scripts puts around functions that have names. */
const named = 'var __name = (value) => value;';

/** What Bauta put into the page, as the debugger sees it, each with what it stands in. A look at the whole of a page costs some ten times as much. */
async function drawnIn(page: Page): Promise<{ raw: RawNode; above: Pierced | null }[]> {
	const session = await sessionOf(page);
	const { frameTree } = await session.send('Page.getFrameTree');
	// a world of its own, in which nothing is as the page has it
	const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'pierce' });
	const of = { contextId: world.executionContextId, objectGroup: 'pierce' };
	const { result } = await session.send('Runtime.evaluate', { expression: `${named}(${hostsIn})()`, ...of });
	const objectId = result.objectId as string;
	const [list, { result: told }] = await Promise.all([
		session.send('Runtime.getProperties', { objectId, ownProperties: true }),
		session.send('Runtime.callFunctionOn', {
			objectId,
			functionDeclaration: `function () { ${named} return (${aroundIn})(this); }`,
			returnByValue: true,
		}),
	]);
	const { around, parents } = told.value as ReturnType<typeof aroundIn>;
	const hosts = list.result.flatMap(({ name, value }) => (/^\d+$/.test(name) && value?.objectId ? [value.objectId] : []));
	const trees = await Promise.all(hosts.map((host) => session.send('DOM.describeNode', { objectId: host, depth: -1, pierce: true })));
	await session.send('Runtime.releaseObjectGroup', { objectGroup: 'pierce' });
	const elements: Pierced[] = [];
	for (const { name, attributes, text, parent } of around) {
		const above = elements[parent] ?? null;
		elements.push({ node: 0, name, attributes, text, parent: above, children: [], path: `${above?.path ?? ''} ${name}`.trim() });
	}
	return trees.map(({ node }, at) => ({ raw: node as unknown as RawNode, above: elements[parents[at] ?? -1] ?? null }));
}

/** Every element of what Bauta draws in the page (frames left out) that the condition holds for, in the document's order. */
export async function pierce(page: Page, matches: (element: Pierced) => boolean): Promise<Pierced[]> {
	for (let tries = 1; ; tries++) {
		try {
			return (await drawnIn(page)).flatMap(({ raw, above }) => matchesIn(raw, matches, above));
		} catch (error) {
			// the page is loaded anew at this very moment
			if (tries > 9 || !/context|find (object|node)|Frame/i.test(String(error))) throw error;
		}
	}
}

/** The same in the first element of this selector with this text in it; nothing where there is none. Less of the page is looked at. */
export async function pierceWithin(page: Page, selector: string, text: string, matches: (element: Pierced) => boolean): Promise<Pierced[]> {
	const session = await sessionOf(page);
	const find = (wanted: string, words: string) =>
		[...document.querySelectorAll(wanted)].find((element) => element.textContent?.includes(words));
	const { result } = await session.send('Runtime.evaluate', { expression: `(${find})(...${JSON.stringify([selector, text])})` });
	if (!result.objectId) return [];
	const { objectId } = result;
	const { node } = (await session.send('DOM.describeNode', { objectId, depth: -1, pierce: true })) as unknown as { node: RawNode };
	await session.send('Runtime.releaseObject', { objectId });
	return matchesIn(node, matches);
}

/** How the browser draws an element, by property. */
export async function computedStyle(page: Page, element: Pierced): Promise<Record<string, string>> {
	const session = await sessionOf(page);
	await session.send('DOM.enable');
	await session.send('CSS.enable');
	await session.send('DOM.getDocument');
	const { nodeIds } = await session.send('DOM.pushNodesByBackendIdsToFrontend', { backendNodeIds: [element.node] });
	const { computedStyle: style } = await session.send('CSS.getComputedStyleForNode', { nodeId: nodeIds[0] ?? 0 });
	return Object.fromEntries(style.map(({ name, value }) => [name, value]));
}

/** Role and name of an element as a screen reader hears them, and whether it has the focus. */
export async function spokenAs(page: Page, element: Pierced): Promise<{ role: string; name: string; focused: boolean }> {
	const session = await sessionOf(page);
	const { nodes } = await session.send('Accessibility.getPartialAXTree', { backendNodeId: element.node, fetchRelatives: false });
	const focused = nodes[0]?.properties?.some(({ name, value }) => name === 'focused' && value.value === true) === true;
	return { role: String(nodes[0]?.role?.value ?? ''), name: String(nodes[0]?.name?.value ?? ''), focused };
}

/** The middle of an element, in view. Throws when it has no box. */
async function middleOf(page: Page, element: Pierced): Promise<{ x: number; y: number }> {
	const session = await sessionOf(page);
	await session.send('DOM.scrollIntoViewIfNeeded', { backendNodeId: element.node });
	const { model } = await session.send('DOM.getBoxModel', { backendNodeId: element.node });
	const [x1 = 0, y1 = 0, , , x2 = 0, y2 = 0] = model.content;
	return { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
}

/** Clicks the middle of an element with the mouse, wherever it is at this moment. Throws when it has no box. */
export async function clickNow(page: Page, element: Pierced): Promise<void> {
	const { x, y } = await middleOf(page, element);
	await page.mouse.click(x, y);
}

/** The same as a person does, who waits until a page is done with moving things. One that never is, is clicked all the same. */
export async function clickPierced(page: Page, element: Pierced): Promise<void> {
	for (let looks = 0, before = ''; looks < 20; looks++) {
		const position = JSON.stringify(await middleOf(page, element));
		if (position === before) break;
		before = position;
		await page.waitForTimeout(50);
	}
	await clickNow(page, element);
}

/** Whether an element has a place on the screen: what is hidden, or in a view that is not on show, has none. */
export async function isShown(page: Page, element: Pierced): Promise<boolean> {
	const session = await sessionOf(page);
	const box = await session.send('DOM.getBoxModel', { backendNodeId: element.node }).catch(() => null);
	return box !== null && box.model.width > 0 && box.model.height > 0;
}

/** Waits for the first element that the condition holds for. */
export const waitPierced = (page: Page, matches: (element: Pierced) => boolean): Promise<Pierced> =>
	until(async () => (await pierce(page, matches))[0], 'an element in a closed root');
