import type { ContentRequests } from '../../messages/content.ts';
import { isPlausible } from '../../networks/clock-bounds.ts';
import { forbidsAnonymous } from '../../networks/forbids-anonymous.ts';
import type { IncomingMessage, PostedReveal, Reading, Traffic } from '../../networks/network.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { noteAccountSpeech } from '../outbox/quiet.ts';
import { mayJudge } from '../pages/admission.ts';
import { lookAtRoom, roomChanged } from '../pages/room-state.ts';
import { labelMet } from '../recognition/labels.ts';
import { type Meeting, meetMessages } from '../recognition/message-log.ts';
import { oweLabels } from '../recognition/owed-labels.ts';
import { rememberReveals } from '../recognition/reveals.ts';
import { metAmong, ringFor } from '../recognition/rings.ts';
import type { Sender } from '../router/router.ts';
import { changeTab, readTab, requireTab, type Tab, tellTab } from '../state/tabs.ts';

/** So many rooms are noted of a tab. A hostile page may name any number, and they lie in the same memory as the key and the outbox. */
const mostRooms = 100;
const mostOfTopic = 1000;
const longestId = 200;

/** The beginning of a topic. The owner's wish that nobody writes anonymously counts wherever it stands in it. */
function shortTopic(topic: string): string {
	if (topic.length <= mostOfTopic) return topic;
	return topic.slice(0, mostOfTopic) + (forbidsAnonymous(topic) ? ' no-anonymous' : '');
}

/** Takes over what a frame says of rooms, by canonical room id. Where there are too many, those that were named last stay. */
function noteByRoom<V>(notes: Record<string, V>, news: Record<string, V>): void {
	for (const [room, value] of Object.entries(news)) {
		delete notes[room];
		notes[room] = value;
	}
	for (const room of Object.keys(notes).slice(0, -mostRooms)) delete notes[room];
}

/** Notes what frames gave away about rooms and the route to their server. Returns whether there is more to find the server by. */
function noteReadings(tab: Tab, readings: Reading[], joinHints: Traffic['joinHints']): boolean {
	const before = JSON.stringify([tab.hints, tab.roomHints]);
	for (const { hints, topics, nicks, roomHints } of readings) {
		Object.assign(tab.hints, hints);
		noteByRoom(tab.topics, Object.fromEntries(Object.entries(topics).map(([room, topic]) => [room, shortTopic(topic)])));
		noteByRoom(tab.nicks, nicks);
		for (const [room, more] of Object.entries(roomHints)) {
			const earlier = tab.roomHints[room] ?? {};
			noteByRoom(tab.roomHints, { [room]: joinHints?.(earlier, more) ?? { ...earlier, ...more } });
		}
	}
	return before !== JSON.stringify([tab.hints, tab.roomHints]);
}

const noLabel = { kind: 'anonymous', mine: 0, contested: true } as const;

/** What a page just received of anonymous authors, and of people who are called like one. */
interface News extends Meeting {
	reveals: PostedReveal[];
}

/** Labels what the page just received, for the rooms that it shows. What an impostor says gets no label later, where the page shows it as another's. */
async function tellLabels(sender: Sender, { messages, impostors, reveals }: News): Promise<void> {
	const { tab: tabId, origin } = sender;
	const labels = await labelMet(
		sender,
		messages,
		reveals.map(({ room }) => room),
	);
	const tab = await readTab(tabId);
	for (const room of tab?.origin === origin ? tab.rooms : []) {
		const id = roomIdOf(room);
		const doubtful = impostors.filter((one) => one.room === id).map((one) => ({ id: one.id, author: one.author, label: noLabel }));
		const ofRoom = [...doubtful, ...(labels.get(id) ?? [])];
		if (ofRoom.length > 0) await tellTab(tabId, 'labels', { room, labels: ofRoom });
	}
}

/** By tab, until the labels of what it received last are out: a message rings after its label, which came with an earlier reading of its frame. */
const labelling = new Map<number, Promise<void>>();

// both are functions of their own: what they leave waiting would keep every frame in memory that `readFrames` has in hand
const noteLabelling = (tab: number, labels: Promise<void>) =>
	void labelling.set(
		tab,
		labels.catch(() => {}),
	);
function ringAfterLabels(sender: Sender, messages: IncomingMessage[]): void {
	if (messages.length > 0) void Promise.resolve(labelling.get(sender.tab)).then(() => ringFor(sender, messages));
}

/**
 * Takes in what a page received, as far as its site's budget allows, and what it would have shown notifications of (`rung`). That was received
 * before, and costs nothing more; what was not judged then, for want of budget, rings only if it can be judged now.
 */
async function admitMessages(
	site: string,
	news: IncomingMessage[],
	rung: IncomingMessage[],
): Promise<Meeting & { ringing: IncomingMessage[] }> {
	const admit = (some: IncomingMessage[]) => some.slice(0, mayJudge(site, some.length));
	const first = await meetMessages(site, admit(news), 'page');
	const before = await metAmong(site, rung);
	const late = admit(rung.filter((message) => !before.has(message)));
	const second = await meetMessages(site, late, 'page');
	return {
		messages: [...first.messages, ...second.messages],
		impostors: [...first.impostors, ...second.impostors],
		ringing: rung.filter((message) => before.has(message) || late.includes(message)),
	};
}

/** How far the server's clock is from the device's, s, by tab, where the page's traffic has shown it. */
const skews = new Map<number, number>();
const deviceTime = (): number => Math.floor(Date.now() / 1000);

function noteClock(tab: number, clock: number | undefined): void {
	// one that cannot be right is not gone by
	if (clock !== undefined && isPlausible(clock)) skews.set(tab, clock - deviceTime());
}

/** When a message arrives that comes now, unix seconds, by the transport's clock where it shows one (docs/protocol.md §0). */
const transportTime = (tab: number): number => deviceTime() + (skews.get(tab) ?? 0);

/** Reads frames of the page's own connection; they are hostile. Labels of new messages and changes of rooms go to the page. */
export async function readFrames({ network, frames }: ContentRequests['content.frames']['in'], sender: Sender): Promise<null> {
	// loaded before the tab is looked at: the tab may get another page in the meantime
	const { read, joinHints } = await networkOf(network).traffic();
	await requireTab(sender);
	const readings = frames.map((frame) => {
		// copied: V8 keeps all of a text in memory for a piece of it, and what is noted would hold the words of each frame (THREATS.md S2)
		const reading = structuredClone(read(frame, transportTime(sender.tab), `${sender.tab} ${sender.origin}`));
		noteClock(sender.tab, reading.clock);
		return reading;
	});
	const hasNewHints = await changeTab(sender.tab, (tab) => (tab.origin === sender.origin ? noteReadings(tab, readings, joinHints) : null));
	if (hasNewHints === null) return null;
	// what a page says of itself, with no act of the user's, holds nobody's message
	for (const [at, { speech = [] }] of readings.entries())
		for (const { room, id, isBack } of speech)
			if (isBack || frames[at]?.byUser) noteAccountSpeech(sender.origin, room, id.slice(0, longestId), isBack);
	const newsOf = (isRung: boolean) => readings.flatMap((reading, at) => ((frames[at]?.rings ?? false) === isRung ? reading.messages : []));
	const { messages, impostors, ringing } = await admitMessages(sender.origin, newsOf(false), newsOf(true));
	const statements = readings.flatMap((reading) => reading.reveals ?? []);
	const reveals = statements.slice(0, mayJudge(sender.origin, statements.length));
	await rememberReveals(sender.origin, reveals);
	// not waited for: the next frames, and what these say of rooms, need not stand in line behind the labels
	if (messages.length + impostors.length + reveals.length > 0) {
		const settle = await oweLabels([sender.tab]);
		noteLabelling(sender.tab, tellLabels(sender, { messages, impostors, reveals }).then(settle));
	}
	ringAfterLabels(sender, ringing);
	const rooms = (await readTab(sender.tab))?.rooms ?? [];
	// a topic may have closed a room, or opened it; with a new hint its server may be found
	for (const room of rooms)
		if (hasNewHints || readings.some(({ topics }) => roomIdOf(room) in topics)) {
			await roomChanged(sender.tab, room);
			void lookAtRoom(sender.tab, room);
		}
	return null;
}
