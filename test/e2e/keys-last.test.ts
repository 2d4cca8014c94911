/** Whatever was done last, a second after the lock no context holds a key, and none the text that was written (THREATS.md S2, S3, I6). */

import { bytesToHex } from '@noble/hashes/utils.js';
import { generateSecretKey } from 'nostr-tools/pure';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase } from '../bauta.ts';
import { debuggable, heapsOf, type Secret } from '../heap.ts';
import { openSecrets } from '../open-secrets.ts';
import { clickPierced, pierce } from '../pierce.ts';
import { type CommentsServer, commentsVersion, serveNostrComments } from '../servers/nostr-comments.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { until } from '../until.ts';

declare const chrome: { storage: { session: { get(name: string): Promise<Record<string, string>> } } };

// not the phrase that other tests use: the wordlist and the tests' own pages hold that one
const phrase = 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above';
const otherKey = '5d28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
let relay: TestRelay;
let comments: CommentsServer;
let bauta: ReadyBauta;
let page: Page;
let frame: Frame;
let heaps: Awaited<ReturnType<typeof heapsOf>>;
let identity: string;

const anonymous = () => relay.said('EVENT').filter((said) => JSON.stringify(said).includes('"bauta"'));
const composer = () => until(() => page.frames().find((one) => one.url().includes('composer.html')), 'the composer');

async function write(text: string): Promise<void> {
	frame = await composer();
	await until(() => frame.locator('textarea').isEditable(), 'a composer that takes text');
	await frame.locator('textarea').fill(text);
	await frame.locator('button.send').click();
}

/** What is done last before the lock. `text`: what must not live on, beside the keys. */
const lastOperations: { name: string; text?: string; act(): Promise<unknown> }[] = [
	{ name: 'an unlock alone', act: async () => {} },
	{
		name: 'a post',
		text: 'POSTCANARY quorum of herons',
		async act() {
			const before = anonymous().length;
			await write('POSTCANARY quorum of herons');
			await until(() => anonymous().length > before, 'the post');
			await until(async () => (await bauta.ask('popup.state', { tab: null, quiet: true })).waiting.length === 0, 'its receipt');
		},
	},
	{
		name: 'a post that is under way',
		text: 'WAYCANARY moss under bridges',
		async act() {
			await bauta.ask('settings.set', { delayMin: 0, delayMax: 0 });
			await write('WAYCANARY moss under bridges');
		},
	},
	{
		name: 'a post that no relay answers',
		text: 'SILENTCANARY reeds at noon',
		async act() {
			relay.rules.silent = true;
			const before = anonymous().length;
			await write('SILENTCANARY reeds at noon');
			await until(() => anonymous().length > before, 'the post');
		},
	},
	{
		name: 'a post that takes its time',
		text: 'PAUSECANARY lanterns uphill',
		async act() {
			await bauta.ask('settings.set', { delayMin: 0, delayMax: 1 });
			const before = relay.handshakes.length;
			await write('PAUSECANARY lanterns uphill');
			await until(() => relay.handshakes.length > before, 'a connection for it');
		},
	},
	{
		name: 'a text that is still being written',
		text: 'DRAFTCANARY glass orchard',
		async act() {
			frame = await composer();
			await frame.locator('textarea').fill('DRAFTCANARY glass orchard');
		},
	},
	{
		name: 'a setting',
		async act() {
			await bauta.ask('settings.set', { perDay: 99 });
			await bauta
				.ask('room.set', {
					room: { network: 'nostr', address: 'https://blog.test/other' },
					hide: { site: 'https://blog.test', hidden: true },
				})
				.catch(() => {});
		},
	},
	{ name: 'an import', act: () => bauta.ask('identity.import', { key: otherKey, keyPassphrase: '', name: 'second' }) },
	{
		name: 'a sync',
		async act() {
			await bauta.ask('sync.set', { identity, carrier: 'browser', relay: '' });
			await bauta.ask('sync.now', { identity });
		},
	},
	{ name: 'an offer to link', act: () => bauta.ask('link.offer', { name: 'phone' }) },
	{
		name: 'all at once, while the lock comes',
		async act() {
			void bauta.ask('settings.set', { perDay: 98 }).catch(() => {});
			void bauta.ask('identity.rename', { id: identity, name: 'first' }).catch(() => {});
			void bauta.ask('sync.now', { identity }).catch(() => {});
			void bauta.ask('popup.state', { tab: null }).catch(() => {});
		},
	},
];

const secrets = async (): Promise<Secret[]> => [...(await openSecrets(bauta, phrase)), { name: 'imported key', text: otherKey }];

describe.skipIf(!commentsVersion())('after the lock', () => {
	beforeAll(async () => {
		relay = await startRelay();
		comments = await serveNostrComments();
		bauta = await launchBauta({ sites: [comments.origin], frontend: 'nostr-comments', phrase, flags: debuggable });
		heaps = await heapsOf(bauta.profile);
		identity = (await bauta.ask('popup.state', { tab: null })).identities[0]?.id ?? '';
		page = await bauta.open(
			comments.page({ relays: [relay.url], url: 'https://blog.test/who-decides', key: bytesToHex(generateSecretKey()) }),
		);
		await until(async () => {
			const [button] = await pierce(page, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes);
			if (!button || button.attributes['aria-disabled'] === 'true') return false;
			return clickPierced(page, button).then(
				() => true,
				() => false,
			);
		}, 'the switch');
		frame = await composer();
	});

	afterAll(async () => {
		heaps?.close();
		await bauta?.close();
		await comments?.close();
		await relay?.close();
	});

	afterEach(async () => {
		relay.rules.silent = false;
		await bauta.ask('vault.unlock', { passphrase: testPassphrase });
	});

	it.each(lastOperations)('nothing lives on of $name', async ({ act, text, name }) => {
		const background = `chrome-extension://${bauta.id}/background.js`;
		await act();
		const known = [...(await secrets()), ...(text ? [{ name: 'the text', text }] : [])];
		// while it is open the search does find them, or it would prove nothing
		if (name === lastOperations[0]?.name) expect(await heaps.search(background, known)).toContain('vault key in base64');
		await bauta.ask('vault.lock', {});
		await page.waitForTimeout(1000);
		expect(await heaps.search(background, known)).toEqual([]);
		if (text) expect(await heaps.search('/composer.html', known)).toEqual([]);
		const session = await bauta.popup.evaluate(() =>
			(chrome.storage.session as unknown as { get(all: null): Promise<Record<string, unknown>> }).get(null),
		);
		for (const secret of known) {
			// what the room's archive shows everybody is no draft: the message may be there by now
			const { archived, ...own } = session;
			const stored = JSON.stringify(secret.name === 'the text' ? own : { ...own, archived });
			if (secret.text) expect(stored, secret.name).not.toContain(secret.text);
		}
	});
});
