import type { ContentRequests } from '../../messages/content.ts';
import { isPlausible } from '../../networks/clock-bounds.ts';
import { forbidsAnonymous } from '../../networks/forbids-anonymous.ts';
import type { Reading, Traffic } from '../../networks/network.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { noteAccountSpeech } from '../outbox/quiet.ts';
import { mayJudge } from '../pages/admission.ts';
import { lookAtRoom, roomChanged } from '../pages/room-state.ts';
import { labelMet } from '../recognition/labels.ts';
import type { LoggedMessage } from '../recognition/logged-message.ts';
import { rememberMessages } from '../recognition/message-log.ts';
import { oweLabels } from '../recognition/owed-labels.ts';
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

/** Labels messages that the page just received, for the rooms that it shows. */
async function tellLabels({ tab: tabId, origin }: Sender, messages: LoggedMessage[]): Promise<void> {
	const labels = await labelMet(messages);
	const tab = await readTab(tabId);
	for (const room of tab?.origin === origin ? tab.rooms : []) {
		const ofRoom = labels.get(roomIdOf(room));
		if (ofRoom?.length) await tellTab(tabId, 'labels', { room, labels: ofRoom });
	}
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
	const news = readings.flatMap((reading) => reading.messages);
	const messages = await rememberMessages(sender.origin, news.slice(0, mayJudge(sender.origin, news.length)), 'page');
	// not waited for: the next frames, and what these say of rooms, need not stand in line behind the labels
	if (messages.length > 0) {
		const settle = await oweLabels([sender.tab]);
		void tellLabels(sender, messages).then(settle);
	}
	const rooms = (await readTab(sender.tab))?.rooms ?? [];
	// a topic may have closed a room, or opened it; with a new hint its server may be found
	for (const room of rooms)
		if (hasNewHints || readings.some(({ topics }) => roomIdOf(room) in topics)) {
			await roomChanged(sender.tab, room);
			void lookAtRoom(sender.tab, room);
		}
	return null;
}
