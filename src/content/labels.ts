import type { Frontend, OpenRoom, PageMessage } from '../frontends/frontend.ts';
import type { Label, LabelledMessage, RoomRef } from '../messages/rooms.ts';
import { drawLabel, drawLine } from './page/badge.ts';
import { setRules } from './page/page-style.ts';
import { labelTag } from './page/shadow-hosts.ts';

/** how many labels of a room are kept */
const maxLabels = 5000;
/** how many messages the background is asked about at a time: the newest */
const maxQuestions = 500;
let keyOf = ({ id, author }: { id: string; author: string }) => `${author}\n${id}`;

/** Tells messages apart as this web chat does from now on. */
export function setMessageKeys(frontend: Frontend): void {
	if (frontend.messageKey) keyOf = frontend.messageKey;
}

/** What is known of one room's messages, by their keys. */
interface RoomLabels {
	labels: Map<string, Label>;
	authors: Set<string>;
	/** messages that the background was asked about */
	asked: Set<string>;
}

const labelsByRoom = new Map<string, RoomLabels>();
/** what stands in a message's element now */
const labelHosts = new WeakMap<Element, { key: string; label: Label; host: HTMLElement }>();
/** what replaces a view's line about coming and going now */
const noticeHosts = new WeakMap<Element, { text: string; host: HTMLElement }>();

function labelsOf(address: string): RoomLabels {
	let roomLabels = labelsByRoom.get(address);
	if (!roomLabels) {
		roomLabels = { labels: new Map(), authors: new Set(), asked: new Set() };
		labelsByRoom.set(address, roomLabels);
	}
	return roomLabels;
}

const isSame = (a: Label, b: Label) => a.kind === b.kind && a.mine === b.mine;

/** Takes over labels of the background; what is drawn changes at the next `drawLabels`. */
export function addLabels(room: RoomRef, messages: LabelledMessage[]): void {
	const { labels, authors } = labelsOf(room.address);
	for (const { id, author, label } of messages) {
		labels.set(keyOf({ id, author }), label);
		authors.add(author);
	}
	for (const key of labels.keys()) {
		if (labels.size <= maxLabels) break;
		labels.delete(key);
	}
}

/** The label of a message, if it has one. */
export const labelOf = (room: RoomRef, message: PageMessage): Label | undefined =>
	labelsByRoom.get(room.address)?.labels.get(keyOf(message));

function attachLabel(frontend: Frontend, message: PageMessage, label: Label, key: string): void {
	const position = frontend.labelPosition(message.element);
	if (!position) return;
	const { parent, first } = position;
	const before = labelHosts.get(message.element);
	if (before && before.key === key && isSame(before.label, label) && before.host.parentNode === parent) return;
	before?.host.remove();
	const host = drawLabel(label);
	labelHosts.set(message.element, { key, label, host });
	if (first) parent.prepend(host);
	else parent.append(host);
}

/** Replaces a line about people who came and left with what it says of people other than these authors. */
function foldNotice(frontend: Frontend, open: OpenRoom, authors: ReadonlySet<string>): void {
	const notice = frontend.presenceNotice?.(open, authors);
	const before = noticeHosts.get(open.view);
	if (!notice) {
		before?.host.remove();
		noticeHosts.delete(open.view);
		return;
	}
	if (before?.text === notice.text && before.host.parentNode === notice.element) return;
	before?.host.remove();
	const host = drawLine(notice.text, getComputedStyle(notice.element.parentElement ?? notice.element).fontSize);
	noticeHosts.set(open.view, { text: notice.text, host });
	notice.element.append(host);
}

/** Draws the labels of a room as the page shows it now, again where the page has redrawn. */
export function drawLabels(frontend: Frontend, open: OpenRoom): void {
	const roomLabels = labelsByRoom.get(open.room.address);
	if (!roomLabels || roomLabels.labels.size === 0) return;
	setRules('cover', frontend.coverRule(labelTag) + (frontend.presenceNoticeRule?.(labelTag) ?? ''));
	const keys = new Set<string>();
	for (const message of frontend.messages(open.view)) {
		const key = keyOf(message);
		// A sender chooses the id, and a nick is free once its owner has left. So of messages alike only the first has the label, and none edited.
		const isAnother = message.edited || (!frontend.messageKey && keys.has(key));
		keys.add(key);
		const label = isAnother ? undefined : roomLabels.labels.get(key);
		if (label) attachLabel(frontend, message, label, key);
		else {
			// this element shows another message now, or another text
			labelHosts.get(message.element)?.host.remove();
			labelHosts.delete(message.element);
		}
	}
	setRules(`fold ${open.room.address}`, (frontend.foldingRules?.(open, roomLabels.authors) ?? []).join('\n'));
	foldNotice(frontend, open, roomLabels.authors);
}

/** Hides all labelled messages of a room, or shows them again. */
export function hideMessages(frontend: Frontend, room: RoomRef, hidden: boolean): void {
	setRules(`hide ${room.address}`, hidden ? frontend.hidingRule(room.address, labelTag) : '');
}

/**
 * Messages on screen that have no label and that the background was not asked about yet; each is returned once.
 * A message below one that was asked about is new. The tap has seen it, so the background need not be asked.
 */
export function takeUnaskedMessages(frontend: Frontend, open: OpenRoom): { id: string; author: string }[] {
	const { labels, asked } = labelsOf(open.room.address);
	const messages = frontend.messages(open.view);
	const keys = messages.map(keyOf);
	const lastAsked = keys.findLastIndex((key) => asked.has(key));
	const unasked = messages.filter((_, at) => {
		const key = keys[at] ?? '';
		return !asked.has(key) && !labels.has(key) && (lastAsked < 0 || at < lastAsked);
	});
	for (const key of keys) asked.add(key);
	return unasked.slice(-maxQuestions).map(({ id, author }) => ({ id, author }));
}

/** Takes every label away, with the rules that belong to them. */
export function clearLabels(frontend: Frontend, openRooms: OpenRoom[]): void {
	setRules('cover', '');
	for (const { room, view } of openRooms) {
		setRules(`fold ${room.address}`, '');
		setRules(`hide ${room.address}`, '');
		noticeHosts.get(view)?.host.remove();
		for (const { element } of frontend.messages(view)) labelHosts.get(element)?.host.remove();
	}
	labelsByRoom.clear();
}
