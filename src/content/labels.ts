import type { Frontend, OpenRoom, PageMessage } from '../frontends/frontend.ts';
import { handleLength, type Label, type LabelledMessage, type RoomRef, type VoiceLook } from '../messages/rooms.ts';
import { crowdedKeys } from './crowded-keys.ts';
import { type AuthorLabel, discs, drawLine, makeLabel } from './page/badge.ts';
import { setRules } from './page/page-style.ts';
import { labelTag } from './page/shadow-hosts.ts';
import { startTurns } from './turns.ts';

/** how many labels of a room are kept */
const maxLabels = 5000;
/** how many messages the background is asked about at a time: the newest */
const maxQuestions = 500;
/** what covers the authors of labelled messages: the same for all, so that it is written once */
let coverRules: string | undefined;
let keyOf = ({ id, author }: { id: string; author: string }) => `${author}\n${id}`;
/** which message of an author's is which can be told */
let showsIds = true;
/** the page shows of an author what others may take as well: a nick, the beginning of a key */
let showsBeginnings = false;
let questionOf = ({ id, author }: { id: string; author: string }) => ({ id, author });

/** Tells messages apart as this web chat does from now on. */
export function setMessageKeys({ messageKey }: Frontend): void {
	if (!messageKey) return;
	const { part, length } = messageKey;
	showsIds = part === 'id';
	showsBeginnings = length !== undefined;
	keyOf = (message) => message[part].slice(0, length);
	questionOf = (message) => ({ id: '', author: '', [part]: keyOf(message) });
}

/** `voice` is undefined as well where the page shows several as one: which of them said something nobody can tell. */
interface KnownLabel extends Label {
	/** as the background names them */
	author: string;
	id: string;
	/** by which its verdict is asked for; '' where it stays as it is */
	handle: string;
	/** two authors of whom the page shows the same, or several messages under what anybody may take: which is which nobody can tell */
	isAmbiguous: boolean;
}
interface VerdictQuestion {
	handles: string;
	/** Takes over the answer: 1 or 0 for each in turn. What has none is nobody's. */
	takeAnswer(mine: string): void;
}
/** What is known of one room's messages, by their keys. */
interface RoomLabels {
	labels: Map<string, KnownLabel>;
	/** by voice; one that is there stays, as what has been said in the room has been said */
	voiceLooks: Map<string, VoiceLook>;
	authors: Set<string>;
	/** messages that the background was asked about */
	askedKeys: Set<string>;
	/** the hosts of all labels that were drawn, wherever the page has them now */
	labelHosts: Set<WeakRef<HTMLElement>>;
	/** made of the labels as they are */
	keptQuestion?: VerdictQuestion | undefined;
}

const labelsByRoom = new Map<string, RoomLabels>();
interface DrawnLabel extends AuthorLabel {
	key: string;
	room: RoomLabels;
	/** as it is drawn */
	look?: VoiceLook | undefined;
}
/** what stands in a message's element now; it lives as long as the element shows this message */
const drawnLabels = new WeakMap<Element, DrawnLabel>();
/** by its host: a page may have taken one out of its message and keep it somewhere else */
const labelsByHost = new WeakMap<HTMLElement, DrawnLabel>();
/** what replaces a view's line about coming and going now */
const noticeHosts = new WeakMap<Element, { text: string; host: HTMLElement }>();

/** Every label that is still somewhere; null where no label is known. */
const drawnAnywhere = () => (labelsByRoom.size > 0 ? [...labelsByRoom.values()].flatMap(drawnIn) : null);
const drawMark = (label: DrawnLabel) => label.show(labelBy(label.room, label.key)?.mine ?? 0);

function labelsOf(address: string): RoomLabels {
	let roomLabels = labelsByRoom.get(address);
	if (!roomLabels) {
		roomLabels = { labels: new Map(), voiceLooks: new Map(), authors: new Set(), askedKeys: new Set(), labelHosts: new Set() };
		labelsByRoom.set(address, roomLabels);
	}
	return roomLabels;
}

/**
 * Takes over labels of the background; what is drawn changes at the next `drawLabels`, and a mark when its turn comes. A label that is there keeps
 * its kind: that follows from what everybody sees.
 */
export function addLabels(room: RoomRef, messages: LabelledMessage[]): void {
	const roomLabels = labelsOf(room.address);
	const { labels, voiceLooks, authors } = roomLabels;
	roomLabels.keptQuestion = undefined;
	for (const { id, author, label, handle = '' } of messages) {
		if (label.kind === 'reveal' && !showsIds) continue;
		const key = keyOf({ id, author });
		const earlier = labels.get(key);
		// who takes the name of a message takes no label from it
		if (earlier && (earlier.kind === 'reveal') !== (label.kind === 'reveal')) continue;
		const isTaken = earlier && (earlier.isAmbiguous || earlier.author !== author || (showsBeginnings && earlier.id !== id));
		const isAmbiguous = label.contested ?? isTaken ?? false;
		// whoever takes a name that is free again is not the one before
		const isOne = !earlier || earlier.voice === label.voice;
		const own: Pick<KnownLabel, 'mine' | 'voice' | 'handle'> = isOne
			? { mine: label.mine, voice: label.voice, handle }
			: { mine: 0, voice: undefined, handle: '' };
		labels.set(key, { author, id, kind: earlier?.kind ?? label.kind, isAmbiguous, ...own });
		if (label.kind !== 'reveal' && !label.contested) authors.add(author);
		// the same as before must cause no work, which a page would feel
		if (label.voice && label.look && JSON.stringify(label.look) !== JSON.stringify(voiceLooks.get(label.voice)))
			voiceLooks.set(label.voice, label.look);
	}
	for (const key of labels.keys()) {
		if (labels.size <= maxLabels) break;
		labels.delete(key);
	}
	startTurns(drawnAnywhere, drawMark);
}

/** Rooms that labels are known of, by their addresses. */
export const labelledRooms = (): string[] => [...labelsByRoom.keys()];

/**
 * What asks for the verdicts on a room's labels. It is made once for the same labels, and to take over an answer takes no memory: that and how much
 * it is a page may see (THREATS.md P9).
 */
export function verdictQuestion(address: string): VerdictQuestion {
	const room = labelsOf(address);
	const { labels } = room;
	if (room.keptQuestion) return room.keptQuestion;
	const keys = [...labels].filter(([, { handle }]) => handle).map(([key]) => key);
	const handles = keys.map((key) => labels.get(key)?.handle).join('');
	const takeAnswer = (mine: string) => {
		let at = 0;
		for (const key of keys) {
			const label = labels.get(key);
			// another message may have its key by now
			if (label?.handle && handles.startsWith(label.handle, at * handleLength)) label.mine = mine[at] === '1' ? 1 : 0;
			at++;
		}
	};
	room.keptQuestion = { handles, takeAnswer };
	return room.keptQuestion;
}

/** Every label of a room that is still somewhere. */
function drawnIn({ labelHosts }: RoomLabels): DrawnLabel[] {
	const labels: DrawnLabel[] = [];
	for (const reference of labelHosts) {
		// of a host that is gone there is none
		const label = labelsByHost.get(reference.deref() as HTMLElement);
		if (label) labels.push(label);
		else labelHosts.delete(reference);
	}
	return labels;
}

function newLabel(kind: Label['kind'], key: string, room: RoomLabels): DrawnLabel {
	const label = { ...makeLabel(kind), key, room };
	labelsByHost.set(label.host, label);
	room.labelHosts.add(new WeakRef(label.host));
	return label;
}

/** The label that stands in the message around an element of the page's. */
export function labelAround(element: Node | null): DrawnLabel | undefined {
	for (let at = element; at; at = at.parentNode) if (drawnLabels.has(at as Element)) return drawnLabels.get(at as Element);
	return undefined;
}

/** Every label of the voice that this one names, itself among them; none where it names none. */
export function labelsOfVoice({ look, key, room }: DrawnLabel): DrawnLabel[] {
	const voiceBy = (name: string) => labelBy(room, name)?.voice;
	const voice = look && voiceBy(key);
	return voice ? drawnIn(room).filter((label) => voiceBy(label.key) === voice) : [];
}

function labelBy(roomLabels: RoomLabels | undefined, key: string): Label | undefined {
	const label = roomLabels?.labels.get(key);
	return label?.isAmbiguous ? undefined : label;
}

/** Puts the label into a message's element: the same steps for every message, whosever it is. */
function drawLabel(frontend: Frontend, message: PageMessage, { kind, mine, voice }: Label, key: string, roomLabels: RoomLabels): void {
	const position = frontend.labelPosition(message.element);
	if (!position) return;
	const before = drawnLabels.get(message.element);
	const label = before?.key === key && before.isWhole() ? before : newLabel(kind, key, roomLabels);
	if (label !== before) {
		before?.host.remove();
		label.show(mine);
	}
	drawnLabels.set(message.element, label);
	const look = roomLabels.voiceLooks.get(voice ?? '');
	if (look && look !== label.look) {
		label.look = look;
		label.name(look);
	}
	if (label.host.parentNode === position.parent) return;
	if (position.first && kind !== 'reveal') position.parent.prepend(label.host);
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

/** Draws the labels of a room as the page shows it now, again where the page has redrawn. */
export function drawLabels(frontend: Frontend, open: OpenRoom): void {
	const roomLabels = labelsByRoom.get(open.room.address);
	if (!roomLabels || roomLabels.labels.size === 0) return;
	coverRules ??= frontend.coverRule(labelTag, discs) + (frontend.presenceNoticeRule?.(labelTag) ?? '');
	setRules('cover', coverRules);
	const keys = new Set<string>();
	const messages = frontend.messages(open.view);
	const doubtfulKeys = crowdedKeys(frontend, messages.map(keyOf));
	for (const message of messages) {
		const key = keyOf(message);
		// A sender chooses the id, and a nick is free once its owner has left. So of messages alike only the first has the label, and none edited.
		const isAnother = (!frontend.messageKey && keys.has(key)) || doubtfulKeys.has(key);
		keys.add(key);
		const label = isAnother ? undefined : labelBy(roomLabels, key);
		// whether it is edited is asked of labelled ones alone: a frontend may look through all of a message for that
		if (label && !message.isEdited) drawLabel(frontend, message, label, key, roomLabels);
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
 * Messages on screen that the background was not asked about yet; each is returned once.
 * A message below one that was asked about is new. The tap has seen it, so the background need not be asked.
 */
export function takeUnaskedMessages(frontend: Frontend, open: OpenRoom): { id: string; author: string }[] {
	const { askedKeys } = labelsOf(open.room.address);
	const messages = frontend.messages(open.view);
	const keys = messages.map(keyOf);
	const lastAsked = keys.findLastIndex((key) => askedKeys.has(key));
	const unasked = messages.filter((_, at) => {
		const key = keys[at] ?? '';
		return !askedKeys.has(key) && (lastAsked < 0 || at < lastAsked);
	});
	for (const key of keys) askedKeys.add(key);
	return unasked.slice(-maxQuestions).map(questionOf);
}

/** The room's messages are shown anew: what had no label may have one by now. */
export function forgetQuestions(room: RoomRef): void {
	labelsOf(room.address).askedKeys.clear();
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
