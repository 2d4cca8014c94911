import { bytesToHex } from '@noble/hashes/utils.js';
import { finalizeEvent, generateSecretKey } from 'nostr-tools/pure';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase } from '../bauta.ts';
import { composerFrame } from '../content/page.ts';
import headers from '../leaks/headers-chromium.json' with { type: 'json' };
import { newSecret, startPushService, startTestNotifier } from '../notifier/setting.ts';
import { pierce } from '../pierce.ts';
import { say } from '../popup/keyboard.ts';
import { serveNostrPage } from '../servers/chat-pages.ts';
import { type Recorder, startRecorder } from '../servers/recorder.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { pressUntil, until } from '../until.ts';

// The user's own notifier, from the popup to the phone: the extension as it is built, the program of notifier/, a relay and a push service.

const seconds = () => Math.floor(Date.now() / 1000);
const creation = finalizeEvent({ kind: 40, tags: [], content: '{"name":"agora"}', created_at: seconds() - 900 }, generateSecretKey());
const channel = creation.id;
const topic = `nostr:28:${channel}`;
const [mine, witness] = [newSecret(), newSecret()];
/** Somebody’s message, dated by the notifier’s clock, which goes on by a window at a time. */
const byName = (text: string) =>
	finalizeEvent(
		{ kind: 42, tags: [['e', channel, '', 'root']], content: text, created_at: Math.floor((notifier?.clock.now() ?? Date.now()) / 1000) },
		generateSecretKey(),
	);

let relay: TestRelay;
let phone: Awaited<ReturnType<typeof startPushService>>;
let notifier: Awaited<ReturnType<typeof startTestNotifier>>;
let recorder: Recorder;
let site: Awaited<ReturnType<typeof serveNostrPage>>;
let browser: ReadyBauta;
let page: Page;

/** every request of the extension to the notifier */
const requests = () =>
	recorder.connections.flatMap(({ exchanges, sourcePort }) => exchanges.map((exchange) => ({ ...exchange, sourcePort })));
const calls = () => requests().map(({ path }) => path.split('/').at(-1));
const bodyOf = (call: string) => JSON.parse(requests().findLast(({ path }) => path.endsWith(call))?.body ?? '{}');
const alarmTime = () =>
	browser.popup.evaluate(async () => {
		const { alarms } = (globalThis as unknown as { chrome: { alarms: { get(name: string): Promise<{ scheduledTime: number }> } } }).chrome;
		return (await alarms.get('notifier'))?.scheduledTime;
	});

beforeAll(async () => {
	[relay, phone, browser] = await Promise.all([startRelay(), startPushService(), launchBauta({ shortPauses: true })]);
	for (const event of [creation, byName('hello')]) await relay.add(event);
	notifier = await startTestNotifier([mine, witness], { nostr: { relays: [relay.url] } });
	recorder = await startRecorder({ target: notifier.port, setCookies: ['followed={id}'] });
	site = await serveNostrPage('nostrchat', { relay: relay.url, key: bytesToHex(generateSecretKey()) });
	await notifier.ask(
		'RegisterInstallation',
		{ installationId: 'witness', deliveryMechanism: { customToken: `ntfy:http://127.0.0.1:${phone.port}/witness` } },
		witness,
	);
	await notifier.ask('Subscribe', { installationId: 'witness', topics: [topic] }, witness);
	await browser.enable(site.origin, 'nostrchat');
	page = await browser.open(`${site.origin}/channel/${channel}`);
	await page.waitForSelector('text=hello');
});
afterAll(async () => {
	await browser?.close();
	await Promise.all([notifier?.stop(), recorder?.stop(), relay?.close(), phone?.close(), site?.close()]);
});

/** What the relay had for the notifier has come there: it has answered another question on the same socket. */
async function settle(): Promise<void> {
	const ends = () => relay.frames.filter(({ direction, data }) => direction === 'out' && data.startsWith('["EOSE"')).length;
	const [before, other] = [ends(), `nostr:28:${Buffer.from(newSecret(), 'base64url').toString('hex')}`];
	await notifier.ask('Subscribe', { installationId: 'witness', topics: [other] }, witness);
	await until(() => ends() > before, 'the relay to answer');
	await notifier.ask('Unsubscribe', { installationId: 'witness', topics: [other] }, witness);
}
/** How often both phones have rung at the end of this window. */
async function rings() {
	phone.pushes.splice(0);
	await settle();
	await notifier.endWindow();
	return { mine: phone.to('/mine'), witness: phone.to('/witness') };
}

async function speak(text: string): Promise<void> {
	const turned = async () =>
		(await pierce(page, ({ name, attributes }) => name === 'button' && attributes['aria-pressed'] === 'true')).length > 0;
	if (!(await turned())) {
		const click = async () => {
			const box = await page.locator('#root > div > :last-child').boundingBox();
			if (box) await page.mouse.click(box.x + 30, box.y + 20);
		};
		await until(
			async () =>
				(await pierce(page, ({ attributes }) => 'aria-pressed' in attributes && attributes['aria-disabled'] !== 'true')).length > 0,
			'an open room',
		);
		await pressUntil(click, turned, 'the switch');
	}
	const frame = await composerFrame(page);
	await frame.locator('textarea').fill(text);
	await frame.locator('button.send').click();
	await until(() => relay.said('EVENT').some(([, event]) => (event as { content: string }).content === text), 'the message');
}

it('is set up in the popup by its link; the room is followed with keys, and its own author’s messages do not ring', async () => {
	const popup = await browser.openExtensionPage('popup.html?tab=1#notifications');
	await popup.getByRole('button', { name: 'Set it up' }).click();
	await popup.getByLabel('Address of the notifier').fill(`http://127.0.0.1:${recorder.port}#${mine}`);
	await popup.getByLabel('Address of the topic').fill(`http://127.0.0.1:${phone.port}/mine`);
	await popup.getByRole('button', { name: 'Save' }).click();
	await popup.getByText('Not connected yet').waitFor();
	expect(requests()).toEqual([]);
	await popup.getByRole('button', { name: 'Connect' }).click();
	await popup.getByText(say('popup_notifier_connected')).waitFor();
	await popup.getByRole('switch', { name: 'Tell my phone about new messages' }).click();
	await popup.getByRole('switch', { name: 'Leave out my own messages' }).click();
	await popup.getByRole('button', { name: 'Give it the keys' }).click();
	await popup.getByText('It has keys for messages until').waitFor();
	expect(calls()).toEqual([
		'RegisterInstallation',
		...['RegisterInstallation', 'SubscribeWithMetadata'],
		...['RegisterInstallation', 'SubscribeWithMetadata'],
	]);
	expect(bodyOf('SubscribeWithMetadata').subscriptions[0].hmacKeys).toHaveLength(2);
	await popup.close();

	await page.bringToFront();
	const [count, alarm] = [requests().length, await alarmTime()];
	await speak('mine alone');
	expect(await rings()).toEqual({ mine: 0, witness: 1 });
	await relay.add(byName('somebody'));
	expect(await rings()).toEqual({ mine: 1, witness: 1 });
	// a post, a lock and an unlock have it asked nothing, and move no time
	await browser.ask('vault.lock', {});
	await browser.ask('vault.unlock', { passphrase: testPassphrase });
	expect(requests()).toHaveLength(count);
	expect(await alarmTime()).toBe(alarm);
	expect(alarm).toBeGreaterThan(Date.now());
});

it('is asked over clean connections: the headers of any other, and the secret', async () => {
	const usual = headers['on the page’s own host'].post;
	for (const { headers: asked } of requests()) {
		expect(asked.map(([name]) => name.toLowerCase()).sort()).toEqual([...usual, 'authorization'].sort());
		const all = Object.fromEntries(asked.map(([name, value]) => [name.toLowerCase(), value]));
		expect(all.authorization).toBe(`Bearer ${mine}`);
		expect(all['accept-language']).toBe('en-US,en;q=0.9');
		expect(all.origin).toBe(`http://127.0.0.1:${recorder.port}`);
	}
	const disk = await browser.popup.evaluate(async () => {
		const { storage } = (globalThis as unknown as { chrome: { storage: { local: { get(name: null): Promise<object> } } } }).chrome;
		return JSON.stringify(await storage.local.get(null));
	});
	for (const canary of [mine, channel, String(recorder.port)]) expect(disk).not.toContain(canary);
});

it('forgets everything when it is left', async () => {
	const { installationId } = bodyOf('RegisterInstallation');
	const popup = await browser.openExtensionPage('popup.html?tab=1#notifications');
	const leave = popup.getByRole('button', { name: 'Stop using it' });
	await leave.click();
	await popup.getByText('What it has seen it has seen').waitFor();
	await leave.click();
	await popup.getByRole('button', { name: 'Set it up' }).waitFor();
	expect(calls().at(-1)).toBe('DeleteInstallation');
	expect((await notifier.ask('Subscribe', { installationId, topics: [topic] }, mine)).status).toBe(404);
	expect(await alarmTime()).toBeUndefined();
});
