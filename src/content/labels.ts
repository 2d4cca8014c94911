import type { Frontend, OpenRoom, PageMessage } from '../frontends/frontend.ts';
import type { Label, LabelledMessage, RoomRef } from '../messages/rooms.ts';
import { drawLine, type Marked, makeLabel } from './page/badge.ts';
import { setRules } from './page/page-style.ts';
import { labelTag, randomBytes } from './page/shadow-hosts.ts';

/** how many labels of a room are kept */
const maxLabels = 5000;
/** how many messages the background is asked about at a time: the newest */
const maxQuestions = 500;
/** how many marks are drawn once more at a time */
const lotSize = 4;
/** ms in a 256th of the longest pause between two such times, and between two redraws of all */
const pauseStep = 0.25;
const restStep = 256;
let keyOf = ({ id, author }: { id: string; author: string }) => `${author}\n${id}`;
let questionOf = ({ id, author }: { id: string; author: string }) => ({ id, author });

/** Tells messages apart as this web chat does from now on. */
export function setMessageKeys({ messageKey }: Frontend): void {
	if (!messageKey) return;
	const { part, length } = messageKey;
	keyOf = (message) => message[part].slice(0, length);
	questionOf = (message) => ({ id: '', author: '', [part]: keyOf(message) });
}

interface KnownLabel extends Label {
	/** as the background names them */
	author: string;
	ids: Set<string>;
	/** two authors of whom the page shows the same: which is which nobody can tell */
	isAmbiguous: boolean;
}
/** What is known of one room's messages, by their keys. */
interface RoomLabels {
	labels: Map<string, KnownLabel>;
	authors: Set<string>;
	/** messages that the background was asked about */
	asked: Set<string>;
	/** the hosts of all labels that were drawn, wherever the page has them now */
	hosts: Set<WeakRef<HTMLElement>>;
}

const labelsByRoom = new Map<string, RoomLabels>();
/** whose marks are to be drawn once more, in this order */
const due = new Map<DrawnLabel, RoomLabels>();
let timer: ReturnType<typeof setTimeout> | undefined;
interface DrawnLabel extends Marked {
	key: string;
}
/** what stands in a message's element now; it lives as long as the element shows this message */
const drawnLabels = new WeakMap<Element, DrawnLabel>();
/** by its host: a page may have taken one out of its message and keep it somewhere else */
const labelsByHost = new WeakMap<HTMLElement, DrawnLabel>();
/** what replaces a view's line about coming and going now */
const noticeHosts = new WeakMap<Element, { text: string; host: HTMLElement }>();

function labelsOf(address: string): RoomLabels {
	let roomLabels = labelsByRoom.get(address);
	if (!roomLabels) {
		roomLabels = { labels: new Map(), authors: new Set(), asked: new Set(), hosts: new Set() };
		labelsByRoom.set(address, roomLabels);
		drawLater();
	}
	return roomLabels;
}

/**
 * Takes over labels of the background; what is drawn changes at the next `drawLabels`. A label that is there keeps its kind: that follows from
 * what everybody sees.
 */
export function addLabels(room: RoomRef, messages: LabelledMessage[]): void {
	const roomLabels = labelsOf(room.address);
	const { labels, authors } = roomLabels;
	let hasEarlier = false;
	for (const { id, author, label } of messages) {
		const key = keyOf({ id, author });
		const earlier = labels.get(key);
		hasEarlier ||= earlier !== undefined;
		const isAmbiguous = earlier !== undefined && (earlier.isAmbiguous || earlier.author !== author);
		const ids = (earlier?.ids ?? new Set<string>()).add(id);
		labels.set(key, { author, ids, kind: earlier?.kind ?? label.kind, mine: label.mine, isAmbiguous });
		authors.add(author);
	}
	if (hasEarlier) redraw(roomLabels);
	for (const key of labels.keys()) {
		if (labels.size <= maxLabels) break;
		labels.delete(key);
	}
}

/** Every labelled message, by address of its room, as the background names it. */
export function labelledMessages(): Map<string, { id: string; author: string }[]> {
	const namesIn = ({ labels }: RoomLabels) => [...labels.values()].flatMap(({ ids, author }) => [...ids].map((id) => ({ id, author })));
	return new Map([...labelsByRoom].map(([address, room]) => [address, namesIn(room)]));
}

/** Takes over verdicts on labelled messages that were asked about. What the background knows no more is nobody's. */
export function replaceVerdicts(room: RoomRef, names: { id: string; author: string }[], messages: LabelledMessage[]): void {
	const roomLabels = labelsOf(room.address);
	for (const name of names) {
		const label = roomLabels.labels.get(keyOf(name));
		if (label) label.mine = false;
	}
	addLabels(room, messages);
	redraw(roomLabels);
}

/** Every label of a room that is still somewhere. */
function drawnIn({ hosts }: RoomLabels): DrawnLabel[] {
	const labels: DrawnLabel[] = [];
	for (const reference of hosts) {
		// of a host that is gone there is none
		const label = labelsByHost.get(reference.deref() as HTMLElement);
		if (label) labels.push(label);
		else hosts.delete(reference);
	}
	return labels;
}

/**
 * Has every mark of a room drawn once more, whatever it shows: a few at a time, at moments that nobody can foretell. All at once
 * would hold up the page's own timers, and tell it of an unlock (THREATS.md P9).
 */
function redraw(roomLabels: RoomLabels): void {
	for (const label of drawnIn(roomLabels)) due.set(label, roomLabels);
	drawLater();
}

/** Draws some of the marks that are due. Where none is, and nothing was learned, all become due now and then: a redraw by itself tells nothing. */
function drawLater(): void {
	clearTimeout(timer);
	timer = setTimeout(
		() => {
			if (!due.size) {
				labelsByRoom.forEach(redraw);
				return;
			}
			for (const [label, roomLabels] of [...due].slice(0, lotSize)) {
				due.delete(label);
				label.show(labelBy(roomLabels, label.key)?.mine === true);
			}
			drawLater();
		},
		Number(randomBytes(1)) * (due.size ? pauseStep : restStep),
	);
}

function newLabel(kind: Label['kind'], key: string, { hosts }: RoomLabels): DrawnLabel {
	const label = { ...makeLabel(kind), key };
	labelsByHost.set(label.host, label);
	hosts.add(new WeakRef(label.host));
	return label;
}

function labelBy(roomLabels: RoomLabels | undefined, key: string): Label | undefined {
	const label = roomLabels?.labels.get(key);
	return label?.isAmbiguous ? undefined : label;
}

/** Puts the label into a message's element: the same steps for every message, whosever it is. */
function drawLabel(frontend: Frontend, message: PageMessage, { kind, mine }: Label, key: string, roomLabels: RoomLabels): void {
	const position = frontend.labelPosition(message.element);
	if (!position) return;
	const before = drawnLabels.get(message.element);
	const label = before?.key === key && before.isWhole() ? before : newLabel(kind, key, roomLabels);
	if (label !== before) {
		before?.host.remove();
		label.show(mine);
	}
	drawnLabels.set(message.element, label);
	if (label.host.parentNode === position.parent) return;
	if (position.first) position.parent.prepend(label.host);
	else position.parent.append(label.host);
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

/**
 * Keys that more messages on the page have than are known by them. Where a page shows the beginning of an author's key alone, anybody can make
 * a key that begins so: then nobody has the label.
 */
function crowdedKeys({ messageKey }: Frontend, { labels }: RoomLabels, keys: string[]): Set<string> {
	if (!messageKey?.length) return new Set();
	const counts = new Map<string, number>();
	for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
	return new Set(keys.filter((key) => (counts.get(key) ?? 0) > (labels.get(key)?.ids.size ?? 0)));
}

/** Draws the labels of a room as the page shows it now, again where the page has redrawn. */
export function drawLabels(frontend: Frontend, open: OpenRoom): void {
	const roomLabels = labelsByRoom.get(open.room.address);
	if (!roomLabels || roomLabels.labels.size === 0) return;
	setRules('cover', frontend.coverRule(labelTag) + (frontend.presenceNoticeRule?.(labelTag) ?? ''));
	const keys = new Set<string>();
	const messages = frontend.messages(open.view);
	const doubtfulKeys = crowdedKeys(frontend, roomLabels, messages.map(keyOf));
	for (const message of messages) {
		const key = keyOf(message);
		// A sender chooses the id, and a nick is free once its owner has left. So of messages alike only the first has the label, and none edited.
		const isAnother = message.edited || (!frontend.messageKey && keys.has(key)) || doubtfulKeys.has(key);
		keys.add(key);
		const label = isAnother ? undefined : labelBy(roomLabels, key);
		if (label) drawLabel(frontend, message, label, key, roomLabels);
		else {
			// this element shows another message now, or another text
			drawnLabels.get(message.element)?.host.remove();
			drawnLabels.delete(message.element);
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
	return unasked.slice(-maxQuestions).map(questionOf);
}

/** The room's messages are shown anew: what had no label may have one by now. */
export function forgetQuestions(room: RoomRef): void {
	labelsOf(room.address).asked.clear();
}

/** Takes every label away, with the rules that belong to them. */
export function clearLabels(openRooms: OpenRoom[]): void {
	setRules('cover', '');
	for (const { room, view } of openRooms) {
		setRules(`fold ${room.address}`, '');
		setRules(`hide ${room.address}`, '');
		noticeHosts.get(view)?.host.remove();
	}
	for (const roomLabels of labelsByRoom.values()) for (const { host } of drawnIn(roomLabels)) host.remove();
	labelsByRoom.clear();
}
