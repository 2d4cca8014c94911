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

/** Every element of this tree that the condition holds for, in its order. */
function matchesIn(root: RawNode, matches: (element: Pierced) => boolean): Pierced[] {
	const matching: Pierced[] = [];
	const walk = (raw: RawNode, parent: Pierced | null): string => {
		if (raw.nodeType === 3) return raw.nodeValue;
		const element: Pierced = {
			node: raw.backendNodeId,
			name: raw.localName,
			attributes: attributesOf(raw),
			text: '',
			parent,
			path: `${parent?.path ?? ''} ${raw.localName}`.trim(),
		};
		const at = matching.length;
		const inner = [...(raw.shadowRoots ?? []), ...(raw.children ?? [])].map((child) => walk(child, raw.nodeType === 1 ? element : parent));
		element.text = inner.join('');
		if (raw.nodeType === 1 && matches(element)) matching.splice(at, 0, element);
		return element.text;
	};
	walk(root, null);
	return matching;
}

/** Every element of the page's own document (frames left out) that the condition holds for, in the document's order. */
export async function pierce(page: Page, matches: (element: Pierced) => boolean): Promise<Pierced[]> {
	const session = await sessionOf(page);
	const { root } = (await session.send('DOM.getDocument', { depth: -1, pierce: true })) as unknown as { root: RawNode };
	return matchesIn(root, matches);
}

/** The same in the first element of this selector with this text in it; nothing where there is none. It costs far less than a look at the whole page. */
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

/** Role and name of an element as a screen reader hears them, and whether it has the focus. */
export async function spokenAs(page: Page, element: Pierced): Promise<{ role: string; name: string; focused: boolean }> {
	const session = await sessionOf(page);
	const { nodes } = await session.send('Accessibility.getPartialAXTree', { backendNodeId: element.node, fetchRelatives: false });
	const focused = nodes[0]?.properties?.some(({ name, value }) => name === 'focused' && value.value === true) === true;
	return { role: String(nodes[0]?.role?.value ?? ''), name: String(nodes[0]?.name?.value ?? ''), focused };
}

/** Clicks the middle of an element with the mouse, as a person does. Throws when it has no box. */
export async function clickPierced(page: Page, element: Pierced): Promise<void> {
	const session = await sessionOf(page);
	await session.send('DOM.scrollIntoViewIfNeeded', { backendNodeId: element.node });
	const { model } = await session.send('DOM.getBoxModel', { backendNodeId: element.node });
	const [x1 = 0, y1 = 0, , , x2 = 0, y2 = 0] = model.content;
	await page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2);
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
