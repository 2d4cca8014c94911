/** What `tap` asks for in the page's own world: see `converseExactId`. */
type ExactId = (all: (selector: string) => ArrayLike<Element>, asked: { room: string; message: string; author: string }) => string;

interface Fiber {
	return?: Fiber | null;
	memoizedProps?: { comment?: { event?: { id?: unknown; pubkey?: unknown } } };
}

const isId = (id: unknown): id is string => typeof id === 'string' && /^[0-9a-f]{64}$/.test(id);

/** Where the document shows the id, it is the exact one. */
export const shownId: ExactId = (_all, { message }) => (isId(message) ? message : '');

/** The comment at that place, if the asked author wrote it, from what React keeps at its element. */
export const nostrCommentsExactId: ExactId = (all, { message, author }) => {
	const element = all('.nc-comment')[Number(message)] as (Element & Record<string, unknown>) | undefined;
	for (const name in element) {
		if (!name.startsWith('__reactFiber$')) continue;
		let fiber = element[name] as Fiber | null | undefined;
		for (let depth = 0; fiber && depth < 8; depth++, fiber = fiber.return) {
			const event = fiber.memoizedProps?.comment?.event;
			if (event) return event.pubkey === author && isId(event.id) ? event.id : '';
		}
	}
	return '';
};
