import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { dayMs, JumpWatch, periodAt } from '../../notifier/time/clock.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { jsonKey, newSecret, random, startTestNotifier, testClock } from './setting.ts';

// What lies on the disk, and when it is gone.

const room = `nostr:28:${'ab'.repeat(32)}`;
const secret = newSecret();
let folder: string;
const running: Awaited<ReturnType<typeof startTestNotifier>>[] = [];
beforeEach(() => {
	folder = join(mkdtempSync(join(tmpdir(), 'bauta-notifier-')), 'data');
});
afterEach(async () => {
	await Promise.all(running.splice(0).map((notifier) => notifier.stop()));
	rmSync(join(folder, '..'), { recursive: true });
});

async function start(clock = testClock(), secrets = [secret]) {
	const notifier = await startTestNotifier(secrets, { data: folder }, clock);
	running.push(notifier);
	const register = (by = secret, id = 'a') =>
		notifier.ask('RegisterInstallation', { installationId: id, deliveryMechanism: { customToken: 'https://127.0.0.1/hook' } }, by);
	const keys = new Map<number, Uint8Array>();
	const now = periodAt(clock.now());
	for (const period of [now - 1, now, now + 1]) keys.set(period, random(32));
	const subscribe = () =>
		notifier.ask('SubscribeWithMetadata', {
			installationId: 'a',
			subscriptions: [{ topic: room, hmacKeys: [...keys].map(([period, key]) => jsonKey(period, key)) }],
		});
	const stop = async () => {
		await notifier.stop();
		running.splice(running.indexOf(notifier), 1);
	};
	return { ...notifier, stop, register, subscribe, keys, now };
}

/** All that is in the folder, as one text. */
const disk = (): string =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
		.join('\n');
const holds = (key: Uint8Array) => disk().includes(toHex(key)) || disk().includes(Buffer.from(key).toString('base64'));
const file = () => join(folder, readdirSync(folder)[0] ?? '');

it('is the owner’s alone, holds no secret, and outlasts a restart', async () => {
	const first = await start();
	await first.register();
	await first.subscribe();
	expect(statSync(folder).mode & 0o777).toBe(0o700);
	expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600]);
	expect(disk()).not.toContain(secret);
	expect([...first.keys.values()].map(holds)).toEqual([true, true, true]);
	await first.stop();
	// what covers follow from: with another after each restart, a message shown again would have another chance
	const chance = () => JSON.parse(disk()).chance;
	const before = chance();
	const again = await start(first.clock);
	const { body } = await again.register();
	expect(before).toMatch(/^[0-9a-f]{64}$/);
	expect(chance()).toBe(before);
	expect(body.rooms).toEqual([expect.objectContaining({ topic: room, leavesOut: true, lastPeriod: first.now + 1 })]);
	expect(Number(body.lastSeen)).toBeGreaterThan(0);
});

it('loses the keys of old periods at each start, and each day', async () => {
	const first = await start();
	await first.register();
	await first.subscribe();
	await first.stop();
	first.clock.pass(30 * dayMs);
	// its phone has been heard of since
	const second = await start(first.clock);
	await second.register();
	const [oldest, middle, newest] = [...first.keys.values()] as [Uint8Array, Uint8Array, Uint8Array];
	expect([holds(oldest), holds(middle), holds(newest)]).toEqual([false, true, true]);
	second.clock.pass(30 * dayMs);
	await second.tick();
	expect([holds(oldest), holds(middle), holds(newest)]).toEqual([false, false, true]);
	expect(second.lines.join()).toMatch(/forgot 1 keys, 0 installations/);
});

it('loses an installation that was not heard of for 45 days, keys and all', async () => {
	const notifier = await start();
	await notifier.register();
	await notifier.subscribe();
	notifier.clock.pass(44 * dayMs);
	await notifier.tick();
	expect(readdirSync(folder)).toHaveLength(1);
	notifier.clock.pass(2 * dayMs);
	await notifier.tick();
	expect(readdirSync(folder)).toEqual([]);
	const { body } = await notifier.register();
	expect(body).not.toHaveProperty('lastSeen');
});

it('loses what is unsubscribed, deleted, taken out of the configuration, or given anew', async () => {
	const notifier = await start();
	await notifier.register();
	await notifier.subscribe();
	const keys = () => [...notifier.keys.values()].map(holds);
	await notifier.ask('Subscribe', { installationId: 'a', topics: [room] });
	expect(keys()).toEqual([false, false, false]);
	await notifier.subscribe();
	await notifier.ask('Unsubscribe', { installationId: 'a', topics: [room] });
	expect(keys()).toEqual([false, false, false]);
	expect(disk()).not.toContain(room);
	await notifier.subscribe();
	await notifier.ask('DeleteInstallation', { installationId: 'a' });
	expect(readdirSync(folder)).toEqual([]);
	await notifier.register();
	await notifier.stop();
	await start(notifier.clock, [newSecret()]);
	expect(readdirSync(folder)).toEqual([]);
});

it('has nothing of a crash left over after a start', async () => {
	const notifier = await start();
	await notifier.register();
	await notifier.stop();
	writeFileSync(`${file()}.new-0123456789ab`, 'half a key');
	await start(notifier.clock);
	expect(readdirSync(folder)).toHaveLength(1);
	expect(disk()).not.toContain('half a key');
});

it('says which file it cannot read, and does not start, as nothing else would ever forget its keys', async () => {
	const notifier = await start();
	await notifier.register();
	await notifier.stop();
	const path = file();
	writeFileSync(path, '{"version":2}');
	await expect(start(notifier.clock)).rejects.toThrow(`${path} is no installation that this version can read. Delete it`);
	expect(readdirSync(folder)).toHaveLength(1);
});

it('changes nothing where it cannot write, and says so', async () => {
	const notifier = await start();
	await notifier.register();
	// root may write anywhere: a folder in the place of the file cannot be renamed over
	const path = file();
	rmSync(path);
	mkdirSync(join(path, 'x'), { recursive: true });
	const { status, body } = await notifier.subscribe();
	expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
	expect(String(body.message)).toMatch(/cannot write to its disk\. Nothing was changed/);
	rmSync(path, { recursive: true });
	expect((await notifier.register()).body).not.toHaveProperty('rooms');
	expect((await notifier.subscribe()).status).toBe(200);
	expect(readdirSync(folder).filter((name) => name.includes('.new-'))).toEqual([]);
});

it('loses what is old also where the disk fails for one file of several, says so, and tries that one again within the hour', async () => {
	const other = newSecret();
	const notifier = await start(testClock(), [secret, other]);
	await notifier.register();
	await notifier.subscribe();
	const [path = ''] = readdirSync(folder);
	await notifier.register(other, 'b');
	const [pathOfB = ''] = readdirSync(folder).filter((name) => name !== path);
	// it cannot be written: a folder stands in its place
	const [kept, moved] = [join(folder, path), join(folder, '..', 'moved')];
	renameSync(kept, moved);
	mkdirSync(join(kept, 'x'), { recursive: true });
	notifier.clock.pass(46 * dayMs);
	await expect(notifier.tick()).rejects.toThrow();
	expect(existsSync(join(folder, pathOfB))).toBe(false);
	rmSync(kept, { recursive: true });
	renameSync(moved, kept);
	await notifier.tick();
	expect(existsSync(kept)).toBe(true);
	notifier.clock.pass(3_600_000);
	await notifier.tick();
	expect(readdirSync(folder)).toEqual([]);
});

it('has the disk know of each file that has come or gone', async () => {
	const handle = await openFile('/dev/null');
	const prototype = Object.getPrototypeOf(handle) as FileHandle;
	await handle.close();
	const synced: string[] = [];
	const { sync } = prototype;
	const spy = vi.spyOn(prototype, 'sync').mockImplementation(function (this: FileHandle) {
		synced.push(readlinkSync(`/proc/self/fd/${this.fd}`));
		return sync.call(this);
	});
	const notifier = await start();
	await notifier.register();
	expect(synced.map((path) => path.replace(/\.new-.*/, ''))).toEqual([file(), folder]);
	await notifier.ask('DeleteInstallation', { installationId: 'a' });
	expect(synced.slice(2)).toEqual([folder]);
	spy.mockRestore();
});

it('forgets nothing while its clock has jumped by a period, and takes no keys', async () => {
	const notifier = await start();
	await notifier.register();
	await notifier.subscribe();
	notifier.clock.jump(60 * dayMs);
	await notifier.tick();
	notifier.clock.pass(dayMs / 2);
	await notifier.tick();
	expect([...notifier.keys.values()].map(holds)).toEqual([true, true, true]);
	const { status, body } = await notifier.subscribe();
	expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
	expect(notifier.lines.join()).toMatch(/clock has jumped/);
	// put right
	notifier.clock.jump(-60 * dayMs);
	await notifier.tick();
	expect((await notifier.subscribe()).status).toBe(200);
	// and where nobody puts it right it counts after a day
	notifier.clock.jump(60 * dayMs);
	await notifier.tick();
	notifier.clock.pass(dayMs + 1000);
	await notifier.tick();
	await notifier.tick();
	expect(readdirSync(folder)).toEqual([]);
});

it('takes several jumps of a day for one', () => {
	const clock = testClock();
	const jumps = new JumpWatch(clock);
	const trusted = Array.from({ length: 3 }, () => {
		clock.jump(14 * dayMs);
		clock.pass(1000);
		return jumps.isTrusted();
	});
	expect(trusted).toEqual([true, false, false]);
	clock.pass(dayMs + 1000);
	expect([jumps.isTrusted(), jumps.isTrusted()]).toEqual([true, true]);
});

it('knows nothing after a restart where it is told to keep all in memory', async () => {
	const clock = testClock();
	const register = (notifier: Awaited<ReturnType<typeof startTestNotifier>>) =>
		notifier.ask('RegisterInstallation', { installationId: 'a', deliveryMechanism: { customToken: 'https://127.0.0.1/hook' } });
	const first = await startTestNotifier([secret], {}, clock);
	await register(first);
	expect((await register(first)).body).toHaveProperty('lastSeen');
	await first.stop();
	const second = await startTestNotifier([secret], {}, clock);
	running.push(second);
	expect((await register(second)).body).not.toHaveProperty('lastSeen');
});
