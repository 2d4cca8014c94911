import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import { eventually } from '../../eventually.ts';
import { startStandIn } from '../../servers/stand-in-notifier.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

/** As `--new-secret` prints one. */
export const secret = 'VGhpcyBpcyBub3QgYSBzZWNyZXQgYXQgYWxsLCBiYWI';
export const lobby = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
export const hall = { network: 'xmpp', address: 'hall@muc.chat.test' } as const;
export const lobbyId = 'xmpp:lobby@muc.chat.test';
/** in the middle of a thirty-day period */
export const start = Date.UTC(2026, 10, 21, 12);
const target = 'https://ntfy.test/my-phone';

/** The browser’s alarm for a visit comes. */
export const ring = (scheduledTime: number) =>
	fakeBrowser.alarms.onAlarm.trigger({ name: 'notifier', scheduledTime, persistAcrossSessions: true });

/** An open vault, and a notifier that listens. The browser, what a passphrase costs and the channel are the test file's to mock. */
export async function openNotifier() {
	vi.resetModules();
	fakeBrowser.reset();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	vi.useFakeTimers({ toFake: ['Date'], now: start });
	const server = await startStandIn(secret);
	const open = async () => {
		const [own, schedule, store, document, generations, { createVault }, lock, keys] = await Promise.all([
			import('../../../src/background/notifier/own-notifier.ts'),
			import('../../../src/background/notifier/schedule.ts'),
			import('../../../src/background/notifier/store.ts'),
			import('../../../src/background/state/document.ts'),
			import('../../../src/background/identities/generations.ts'),
			import('../../../src/background/identities/identities.ts'),
			import('../../../src/background/state/lock.ts'),
			import('../../../src/background/notifier/keys.ts'),
		]);
		return { ...own, ...schedule, ...store, ...document, ...generations, createVault, ...lock, ...keys };
	};
	const background = await open();
	await background.setUnlocked(await background.createVault(testPassphrase, testPhrase, '', true, false));
	const set = (more: object = {}) =>
		background.setNotifier({ address: server.address, secret, kind: 'ntfy', target, ...more } as Parameters<
			typeof background.setNotifier
		>[0]);
	/** in use, with the lobby as the user wants it */
	const follow = async (keys = false, past = false, room: { network: 'xmpp'; address: string } = lobby) =>
		background.followRoom({ room, follow: true, keys, past });
	const alarm = async () => (await fakeBrowser.alarms.get('notifier'))?.scheduledTime;
	/** the time goes on to the next alarm, which comes so many ms late, and is answered */
	const nextAlarm = async (late = 0) => {
		const time = await alarm();
		if (time === undefined) throw new Error('no alarm is set');
		vi.setSystemTime(time + late);
		await fakeBrowser.alarms.clear('notifier');
		await ring(time);
		await eventually(async () => {
			if ((await alarm()) === undefined) throw new Error('still at it');
		});
		return time;
	};
	return {
		...background,
		server,
		set,
		follow,
		alarm,
		nextAlarm,
		async end() {
			vi.useRealTimers();
			await server.stop();
		},
	};
}
/** What a test has in hand. */
export type OpenNotifier = Awaited<ReturnType<typeof openNotifier>>;
