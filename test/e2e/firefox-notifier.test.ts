import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { answerPrompt } from '../firefox-prompt.ts';
import { newSecret, startTestNotifier } from '../notifier/setting.ts';
import { say } from '../popup/keyboard.ts';
import { type Recorder, startRecorder } from '../servers/recorder.ts';
import { until } from '../until.ts';

// The user's own notifier in Firefox, where the background itself asks: what is sent, and what is not, on the wire to the program of notifier/.

const secret = newSecret();
const room = { network: 'nostr', address: `28:${'ab'.repeat(32)}` } as const;
/** where a redirect leads */
const elsewhere = { hits: 0, on: false };
let notifier: Awaited<ReturnType<typeof startTestNotifier>>;
let recorder: Recorder;
let firefox: ReadyFirefox;

beforeAll(async () => {
	notifier = await startTestNotifier([secret]);
	const redirect = () =>
		`HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:${recorder.port}/elsewhere\r\ncontent-length: 0\r\n\r\n`;
	recorder = await startRecorder({
		target: notifier.port,
		setCookies: ['followed={id}'],
		answers({ path }) {
			if (path === '/elsewhere') elsewhere.hits += 1;
			return elsewhere.on ? redirect() : undefined;
		},
	});
	firefox = await launchFirefoxBauta({ preferences: { 'security.notification_enable_delay': 0 } });
});
afterAll(async () => {
	await firefox?.close();
	await Promise.all([recorder?.stop(), notifier?.stop()]);
});

const requests = () =>
	recorder.connections.flatMap(({ exchanges, sourcePort }) => exchanges.map((exchange) => ({ ...exchange, sourcePort })));
const set = (host = '127.0.0.1') =>
	firefox.ask('notifier.set', {
		...{ address: `http://${host}:${recorder.port}`, secret, kind: 'ntfy' as const },
		target: 'http://127.0.0.1:9/my-phone',
	});

it('is told of a room with keys over clean connections, each of its own, with the secret and nothing that the browser keeps', async () => {
	expect((await set()).notifier).toMatchObject({ isAllowed: true, isRegistered: false });
	expect(requests()).toEqual([]);
	const { rooms, notifier: state } = await firefox.ask('notifier.room', { room, follow: true, keys: true, past: false });
	expect([state?.fault, rooms]).toMatchObject([null, [{ follow: true, keys: true, waits: false, fault: null }]]);
	expect((await firefox.ask('notifier.visit', {})).notifier?.fault).toBeNull();
	expect(requests().map(({ path, status }) => [path.split('/').at(-1), status])).toEqual([
		['RegisterInstallation', 200],
		['SubscribeWithMetadata', 200],
		['RegisterInstallation', 200],
	]);
	for (const { headers } of requests()) {
		const sent = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
		expect(Object.keys(sent).sort()).toEqual([
			...['accept', 'accept-encoding', 'accept-language', 'authorization', 'connection', 'content-length'],
			...['content-type', 'host', 'origin', 'user-agent'],
		]);
		expect(sent).toMatchObject({ authorization: `Bearer ${secret}`, 'accept-language': 'en-US,en;q=0.5', connection: 'close' });
		expect(sent.origin).toBe(`http://127.0.0.1:${recorder.port}`);
		expect(JSON.stringify(headers)).not.toContain(firefox.uuid);
	}
	expect(new Set(requests().map(({ sourcePort }) => sourcePort)).size).toBe(3);
});

it('that leads on to another address is not followed there, and loses nothing', async () => {
	elsewhere.on = true;
	const { notifier: state, rooms } = await firefox.ask('notifier.visit', {});
	expect(state?.fault?.code).toBe('notifier-none');
	expect(rooms).toHaveLength(1);
	elsewhere.on = false;
	expect(elsewhere.hits).toBe(0);
	expect((await firefox.ask('notifier.visit', {})).notifier?.fault).toBeNull();
});

it('forgets everything when it is left', async () => {
	const { installationId } = JSON.parse(requests()[0]?.body ?? '{}');
	expect(await firefox.ask('notifier.revoke', { alone: false })).toEqual({ notifier: null, rooms: [] });
	expect((await notifier.ask('Subscribe', { installationId, topics: [`nostr:${room.address}`] })).status).toBe(404);
});

const promptOpen = () =>
	firefox.chrome(() => (globalThis as unknown as { PopupNotifications: { isPanelOpen: boolean } }).PopupNotifications.isPanelOpen);
const isHeld = () =>
	firefox.popup.evaluate(() => {
		const { permissions } = (globalThis as unknown as { browser: { permissions: { contains(what: object): Promise<boolean> } } }).browser;
		return permissions.contains({ origins: ['http://localhost/*'] });
	});

it('on a host that Bauta may not reach hears nothing until the person has answered the browser’s own question with yes', async () => {
	expect((await set('localhost')).notifier).toMatchObject({ isAllowed: false });
	const before = requests().length;
	const popup = await firefox.openExtensionPage('popup.html?tab=1#notifications');
	const name = `Allow localhost:${recorder.port} and connect`;
	const ask = async (allow: boolean) => {
		await popup.until((wanted: string) => {
			const button = [...document.querySelectorAll('button')].find((one) => one.textContent === wanted);
			button?.setAttribute('data-asked', '');
			button?.scrollIntoView({ block: 'center' });
			return button !== undefined;
		}, name);
		// the click itself has no answer as long as the question is open
		await until(() => {
			popup.click('button[data-asked]').catch(() => {});
			return until(promptOpen, 'the prompt', 5000).catch(() => null);
		}, 'the prompt');
		expect(await until(() => answerPrompt(firefox, allow), 'the browser’s prompt')).toContain('localhost');
		await until(async () => !(await promptOpen()), 'the end of the prompt');
	};
	await ask(false);
	await popup.until(() => document.body.textContent?.includes('You said no') === true);
	expect([requests().length, await isHeld()]).toEqual([before, false]);
	await ask(true);
	await popup.until((words) => document.body.textContent?.includes(words) === true, say('popup_notifier_connected'));
	expect([requests().length, await isHeld()]).toEqual([before + 1, true]);
	// left, it is a host like any other again
	await firefox.ask('notifier.revoke', { alone: false });
	expect(await isHeld()).toBe(false);
});
