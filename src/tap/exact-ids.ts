/**
 * Exact ids of messages, by which the network's replies name them, where the page shows them in no attribute and only its own objects hold
 * them. All this reads objects of the page: it may throw, and what it returns is hostile.
 */

/** `all` is the document's `querySelectorAll`. Returns '' where the page does not have the id. */
type ExactId = (all: (selector: string) => ArrayLike<Element>, asked: { room: string; message: string; author: string }) => string;

const isEventId = (id: unknown): id is string => typeof id === 'string' && /^[0-9a-f]{64}$/.test(id);

/** The stanza id that XEP-0461 names a message of a room by, from the models of Converse's elements. */
const converseExactId: ExactId = (all, { room, message, author }) => {
	const elements = all('converse-chat-message') as ArrayLike<Element & { model?: { get(name: string): unknown } }>;
	for (let at = 0; at < elements.length; at++) {
		const model = elements[at]?.model;
		if (model?.get('msgid') !== message || model.get('from') !== author) continue;
		const id = model.get(`stanza_id ${room}`);
		return typeof id === 'string' ? id : '';
	}
	return '';
};

/** Where the document shows the id, it is the exact one. */
const documentExactId: ExactId = (_all, { message }) => (isEventId(message) ? message : '');

interface Fiber {
	return?: Fiber | null;
	memoizedProps?: { comment?: { event?: { id?: unknown; pubkey?: unknown } } };
}

/** The comment at that position, if the asked author wrote it, from what React keeps at its element. */
const nostrCommentsExactId: ExactId = (all, { message, author }) => {
	const element = all('.nc-comment')[Number(message)] as (Element & Record<string, unknown>) | undefined;
	for (const name in element) {
		if (!name.startsWith('__reactFiber$')) continue;
		let fiber = element[name] as Fiber | null | undefined;
		for (let depth = 0; fiber && depth < 8; depth++, fiber = fiber.return) {
			const event = fiber.memoizedProps?.comment?.event;
			if (event) return event.pubkey === author && isEventId(event.id) ? event.id : '';
		}
	}
	return '';
};

/** By frontend; web chats whose replies Bauta does not take have none. */
export const exactIds: Record<string, ExactId> = {
	__proto__: null as never,
	...(__NETWORK__ !== 'nostr' && { converse: converseExactId }),
	...(__NETWORK__ !== 'xmpp' && { nostrchat: documentExactId, 'nostr-comments': nostrCommentsExactId }),
};
