import type { Frontend, OpenRoom, ShownMessage } from '../frontends/frontend.ts';
import type { Label, Labelled, RoomRef } from '../messages/rooms.ts';
import { drawLabel, drawLine } from './badge.ts';
import { setRules } from './page-style.ts';
import { labelTag } from './shadow-hosts.ts';

const most = 5000;
let keyOf = ({ id, author }: { id: string; author: string }) => `${author}\n${id}`;

/** Names messages as this web chat does from now on. */
export function nameBy(frontend: Frontend): void {
	if (frontend.keyOf) keyOf = frontend.keyOf;
}

/** The labels of one room, and where they stand now. */
interface RoomLabels {
	labels: Map<string, Label>;
	authors: Set<string>;
	/** messages that the background was asked about */
	asked: Set<string>;
}

const rooms = new Map<string, RoomLabels>();
/** what stands in a message's element now */
const drawn = new WeakMap<Element, { key: string; label: Label; host: HTMLElement }>();

function labelsOf(address: string): RoomLabels {
	let known = rooms.get(address);
	if (!known) {
		known = { labels: new Map(), authors: new Set(), asked: new Set() };
		rooms.set(address, known);
	}
	return known;
}

const same = (a: Label, b: Label) => a.kind === b.kind && a.mine === b.mine;

/** Takes over labels of the background; what is drawn changes at the next `drawLabels`. */
export function addLabels(room: RoomRef, labelled: Labelled[]): void {
	const known = labelsOf(room.address);
	for (const { id, author, label } of labelled) {
		known.labels.set(keyOf({ id, author }), label);
		known.authors.add(author);
	}
	for (const key of known.labels.keys()) {
		if (known.labels.size <= most) break;
		known.labels.delete(key);
	}
}

/** The label of a message, if it has one. */
export const labelOf = (room: RoomRef, message: ShownMessage): Label | undefined => rooms.get(room.address)?.labels.get(keyOf(message));

function place(frontend: Frontend, message: ShownMessage, label: Label, key: string): void {
	const at = frontend.labelPlace(message.element);
	if (!at) return;
	const { into, first } = at;
	const before = drawn.get(message.element);
	if (before && before.key === key && same(before.label, label) && before.host.parentNode === into) return;
	before?.host.remove();
	const host = drawLabel(label);
	drawn.set(message.element, { key, label, host });
	if (first) into.prepend(host);
	else into.append(host);
}

/** what is folded in a view now */
const lines = new WeakMap<Element, { kept: string; host: HTMLElement }>();

/** Puts what is left of a line about coming and going in place of the line. */
function foldNotice(frontend: Frontend, open: OpenRoom, authors: ReadonlySet<string>): void {
	const notice = frontend.notice(open, authors);
	const before = lines.get(open.view);
	if (!notice) {
		before?.host.remove();
		lines.delete(open.view);
		return;
	}
	if (before?.kept === notice.kept && before.host.parentNode === notice.element) return;
	before?.host.remove();
	const host = drawLine(notice.kept, getComputedStyle(notice.element.parentElement ?? notice.element).fontSize);
	lines.set(open.view, { kept: notice.kept, host });
	notice.element.append(host);
}

/** Draws the labels of a room as the page shows it now, again where the page has redrawn. */
export function drawLabels(frontend: Frontend, open: OpenRoom): void {
	const known = rooms.get(open.room.address);
	if (!known || known.labels.size === 0) return;
	setRules('cover', frontend.coverRule(labelTag) + frontend.noticeRule(labelTag));
	const met = new Set<string>();
	for (const message of frontend.messages(open.view)) {
		const key = keyOf(message);
		// the sender chooses the id, and the name is free when its owner has left: the label is the first one's, and of what was posted
		const another = message.edited || (!frontend.keyOf && met.has(key));
		met.add(key);
		const label = another ? undefined : known.labels.get(key);
		if (label) place(frontend, message, label, key);
		else {
			// another message stands in this element now, or says something else
			drawn.get(message.element)?.host.remove();
			drawn.delete(message.element);
		}
	}
	setRules(`fold ${open.room.address}`, frontend.foldingRules(open, known.authors).join('\n'));
	foldNotice(frontend, open, known.authors);
}

export function hideMessages(frontend: Frontend, room: RoomRef, hidden: boolean): void {
	setRules(`hide ${room.address}`, hidden ? frontend.hidingRule(room.address, labelTag) : '');
}

/**
 * Messages on screen that have no label and that nobody was asked about yet; each is given once.
 * What comes after messages that are known already is new, so the tap saw it: nobody is asked about that.
 */
export function unasked(frontend: Frontend, open: OpenRoom): { id: string; author: string }[] {
	const known = labelsOf(open.room.address);
	const shown = frontend.messages(open.view);
	const keys = shown.map(keyOf);
	const lastKnown = keys.findLastIndex((key) => known.asked.has(key));
	const fresh = shown.filter(
		(_, at) => !known.asked.has(keys[at] ?? '') && !known.labels.has(keys[at] ?? '') && (lastKnown < 0 || at < lastKnown),
	);
	for (const key of keys) known.asked.add(key);
	return fresh.slice(-500).map(({ id, author }) => ({ id, author }));
}

/** Takes every label away, with the rules that belong to them. */
export function clearLabels(frontend: Frontend, open: OpenRoom[]): void {
	setRules('cover', '');
	for (const { room, view } of open) {
		setRules(`fold ${room.address}`, '');
		setRules(`hide ${room.address}`, '');
		lines.get(view)?.host.remove();
		for (const { element } of frontend.messages(view)) drawn.get(element)?.host.remove();
	}
	rooms.clear();
}
