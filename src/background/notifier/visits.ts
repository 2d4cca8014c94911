import { chance, dueWrite, missedWrite, nextWrite } from '../../devices/schedule.ts';
import { faultOf } from '../../messages/errors.ts';
import { browser } from '../../platform/api/browser.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import type { Registration } from './answers.ts';
import { type Connection, onNotifier, type Subscription } from './connection.ts';
import { hmacKeys, isSameOwner, wantedKeys } from './keys.ts';
import { type FollowedRoom, type GivenKeys, uncertainKeys } from './record.ts';
import { changeNotifier, forgetNotifier, readNotifier, requireNotifier } from './store.ts';
import { drawRenewal, dueRenewal } from './times.ts';

/*
 * A visit makes the notifier's knowledge what the user wants it to be. One is made a day, at a random hour, and one whenever the user presses a
 * button for it. What changed meanwhile (another generation, another identity in a room) waits for it: nothing here hears of a post.
 */

const visits = new SerialQueue();
/** a visit that is due for longer than so many ms is not made at once (as `dueWrite` has it) */
const lateMs = 120_000;

/** What has to be said of a room so that the notifier knows of it what it should. */
interface Task {
	id: string;
	keys: GivenKeys | null;
}

const sameKeys = (one: GivenKeys | null, other: GivenKeys | null): boolean =>
	(one === null && other === null) || (isSameOwner(one, other) && one?.periods.join() === other?.periods.join());

/** Rooms of which the notifier does not know what it should. */
async function openTasks(rooms: Record<string, FollowedRoom>, now: number, isRenewal: boolean): Promise<Task[]> {
	const tasks: Task[] = [];
	for (const [id, room] of Object.entries(rooms)) {
		if (!room.follow) continue;
		const keys = await wantedKeys(id, room, { now, isRenewal });
		if (!room.given || !sameKeys(room.given.keys, keys)) tasks.push({ id, keys });
	}
	return tasks;
}

/** A notifier says what it has. What it does not have, whatever was told it, it is told anew. */
const compareRooms = ({ lastSeen, rooms, delivery }: Registration): Promise<void> =>
	changeNotifier((notifier) => {
		notifier.isRegistered = true;
		notifier.seen = Date.now();
		notifier.delivery = delivery;
		for (const [id, followed] of Object.entries(notifier.rooms)) {
			const there = lastSeen > 0 ? rooms.find(({ topic }) => topic === id) : undefined;
			followed.state = there?.state ?? null;
			if (!there) followed.given = null;
			else if (!there.leavesOut) followed.given = { keys: null };
			// it has keys that nobody here remembers to have given: whose they are is not known
			else if (!followed.given?.keys) followed.given = { keys: uncertainKeys() };
		}
	});

async function subscribe(connection: Connection, tasks: Task[], now: number): Promise<void> {
	if (tasks.length === 0) return;
	const subscriptions: Subscription[] = [];
	for (const { id, keys } of tasks) subscriptions.push({ topic: id, hmacKeys: keys ? await hmacKeys(id, keys, now) : [] });
	// until it has answered, it may have these or those from before: a lost answer, or a lock, leaves it at that
	await changeNotifier(({ rooms }) => {
		for (const { id } of tasks) if (rooms[id]) rooms[id].given = { keys: uncertainKeys() };
	});
	let fault: FollowedRoom['fault'] = null;
	try {
		// it takes the place of what was said of these rooms before, with the keys
		await connection.subscribe(subscriptions);
	} catch (thrown) {
		fault = faultOf(thrown);
		if (fault.code !== 'notifier-topic') throw thrown;
		// one room that it does not take must not keep it from the others
		if (tasks.length > 1) {
			for (const task of tasks) await subscribe(connection, [task], now);
			return;
		}
	}
	await changeNotifier(({ rooms }) => {
		for (const { id, keys } of tasks) {
			const room = rooms[id];
			if (!room) continue;
			room.fault = fault;
			if (fault) continue;
			room.given = { keys };
			if (keys?.periods.includes(room.past)) room.past = 0;
		}
	});
}

/** Ends all that the notifier does and should not. `there`: topics that it has. */
async function unsubscribe(connection: Connection, there: string[]): Promise<void> {
	const { rooms } = await requireNotifier();
	const topics = there.filter((topic) => !rooms[topic]?.follow);
	if (topics.length > 0) await connection.unsubscribe(topics);
	await changeNotifier((notifier) => {
		for (const [id, { follow }] of Object.entries(notifier.rooms)) if (!follow) delete notifier.rooms[id];
	});
}

async function bringUpToDate(connection: Connection): Promise<void> {
	const registration = await connection.register();
	await compareRooms(registration);
	await unsubscribe(
		connection,
		registration.rooms.map(({ topic }) => topic),
	);
	const now = Date.now();
	const { rooms, renew } = await requireNotifier();
	const isRenewal = renew <= now;
	await subscribe(connection, await openTasks(rooms, now, isRenewal), now);
	if (isRenewal)
		await changeNotifier((notifier) => {
			notifier.renew = drawRenewal(now, chance);
		});
}

/** Makes a visit. What goes wrong is kept, for the popup. Throws it, too. */
export function visitNotifier(): Promise<void> {
	return visits.run(async () => {
		const notifier = await requireNotifier();
		const end = (fault: FollowedRoom['fault']) =>
			changeNotifier((stored) => {
				stored.fault = fault;
				stored.visit = nextWrite(Date.now(), chance);
			});
		try {
			await onNotifier(notifier, async (connection) => {
				// written down first: from here on it may have the secret, this browser's id and where the phone is
				await changeNotifier((stored) => {
					stored.wasAsked = true;
				});
				await bringUpToDate(connection);
			});
		} catch (thrown) {
			await end(faultOf(thrown));
			throw thrown;
		}
		await end(null);
	});
}

/**
 * Has the notifier forget this browser with all its rooms and keys, after a visit that is under way, and forgets it here. Throws what `onNotifier`
 * throws; then nothing is forgotten here.
 */
export const leaveNotifier = (): Promise<void> =>
	visits.run(async () => {
		const notifier = await requireNotifier();
		if (notifier.wasAsked)
			await onNotifier(notifier, (connection) => connection.remove()).catch((thrown) => {
				// one that never answered was told of no room
				if (notifier.seen > 0) throw thrown;
			});
		await forgetNotifier();
	});

/**
 * Sets the alarm of this name to the next visit. Where its time was missed, if only by a second (the vault was locked), it is made within the next
 * hours, and not at once: it would tell when the user came back.
 */
export async function scheduleVisits(alarm: string): Promise<void> {
	const notifier = await readNotifier();
	if (!notifier?.isRegistered) return void (await browser.alarms.clear(alarm));
	const now = Date.now();
	const renew = dueRenewal(notifier.renew, now, chance);
	const regular = dueWrite(notifier.visit, now, chance, 0);
	// what was missed is made up for as soon, be it a visit or a renewal
	const visit = renew > now ? regular : Math.min(regular, missedWrite(now, chance));
	if (visit !== notifier.visit || renew !== notifier.renew) await changeNotifier((stored) => Object.assign(stored, { visit, renew }));
	await browser.alarms.create(alarm, { when: Math.max(renew > now ? Math.min(visit, renew) : visit, now + 1000) });
}

/**
 * Makes the visit whose time has come, and sets the alarm of this name anew. An alarm that comes late waited for the computer to wake up: who
 * opens a computer may be about to write, so another time is drawn.
 */
export async function visitDue(alarm: string): Promise<void> {
	const notifier = await readNotifier();
	const isDue = (time: number): boolean => time <= Date.now() + 1000 && time >= Date.now() - lateMs;
	if (notifier?.isRegistered && (isDue(notifier.visit) || isDue(notifier.renew))) await visitNotifier().catch(() => {});
	await scheduleVisits(alarm);
}
