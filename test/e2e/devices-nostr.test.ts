import { bytesToHex } from '@noble/hashes/utils.js';
import { generateSecretKey } from 'nostr-tools/pure';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase } from '../bauta.ts';
import { composerFrame } from '../content/page.ts';
import type { FirefoxPage } from '../firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { composerOf, switchOf } from '../firefox-switch.ts';
import { pierce } from '../pierce.ts';
import { type CommentsServer, commentsVersion, serveNostrComments } from '../servers/nostr-comments.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';

// One self on two devices of two kinds: a Chromium and a Firefox, linked by text codes, in a Nostr room of a real page.

let relay: TestRelay;
let comments: CommentsServer;
let a: ReadyBauta;
let b: ReadyFirefox;
let pageA: Page;
let pageB: FirefoxPage;

type Verdict = 'mine' | 'foreign' | null;

/** Opens the same article as somebody else: the two have nothing in common that a relay or page could see. */
const article = () => comments.page({ relays: [relay.url], url: 'https://blog.test/one-self', key: bytesToHex(generateSecretKey()) });

async function postFromA(text: string): Promise<void> {
	await pageA.bringToFront();
	const composer = () => pageA.frames().find((one) => one.url().includes('composer.html'));
	if (!composer()) {
		const [button] = await pierce(pageA, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes);
		expect(button?.attributes['aria-pressed']).toBe('false');
		const box = await pageA.locator('form.nc-editor > :last-child').boundingBox();
		await pageA.mouse.click((box?.x ?? 0) + 30, (box?.y ?? 0) + 20);
	}
	const field = (await composerFrame(pageA)).locator('textarea');
	await field.fill(text);
	await field.press('Enter');
}

async function postFromB(text: string): Promise<void> {
	await pageB.activate();
	await expect.poll(async () => (await switchOf(pageB))?.grey).toBe(false);
	const shown = await switchOf(pageB);
	if (shown && !shown.on) await pageB.clickAt(shown.x, shown.y);
	const frame = await composerOf(pageB, b.uuid);
	await frame.click('textarea');
	await frame.type(text);
	await frame.click('button.send');
}

async function seenByA(text: string): Promise<Verdict> {
	for (const each of await pierce(pageA, ({ name, attributes }) => name === 'i' && attributes.role === 'img')) {
		let comment = each.parent;
		while (comment && !/(^|\s)nc-comment(\s|$)/.test(comment.attributes.class ?? '')) comment = comment.parent;
		if (comment?.text.includes(text)) return each.attributes['aria-label'] === 'Written by you' ? 'mine' : 'foreign';
	}
	return null;
}

async function seenByB(text: string): Promise<Verdict> {
	const badges = await pageB.pierce((root: ShadowRoot, wanted: string) => {
		const badge = root.querySelector('i[role=img]');
		// it stands in a root of its own, inside that of the label
		const label = (root.host.getRootNode() as ShadowRoot).host;
		if (!badge || !label?.closest('.nc-comment')?.textContent?.includes(wanted)) return null;
		return badge.getAttribute('aria-label') === 'Written by you' ? 'mine' : 'foreign';
	}, text);
	return (badges.find((one) => one !== null) ?? null) as Verdict;
}
const badgesOn = async (text: string) => [await seenByA(text), await seenByB(text)];
const groupOf = async (one: Pick<ReadyBauta, 'ask'>) => (await one.ask('devices.state', {})).groups[0];

describe.skipIf(!commentsVersion())('linked devices in a Nostr room', () => {
	beforeAll(async () => {
		relay = await startRelay();
		comments = await serveNostrComments();
		const sites = { sites: [comments.origin], frontend: 'nostr-comments' };
		[a, b] = await Promise.all([launchBauta(sites), launchFirefoxBauta({ phrase: null, ...sites })]);
	});

	afterAll(async () => {
		await a?.close();
		await b?.close();
		await comments?.close();
		await relay?.close();
	});

	it('a Firefox is linked to a Chromium by text, and each recognises what the other says', async () => {
		const offer = await b.ask('link.offer', { name: 'Firefox' });
		expect(await a.ask('link.look', { text: offer.text })).toEqual({ name: 'Firefox', browser: 'firefox', words: offer.words });
		const identity = (await groupOf(a))?.id as string;
		const reply = await a.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase });
		expect(await b.ask('link.answer', { text: reply.text })).toMatchObject({ state: 'whole', words: reply.words });
		await b.ask('link.accept', { passphrase: testPassphrase });
		await b.ask('settings.set', { delayMin: 0, delayMax: 0 });
		expect((await groupOf(b))?.devices.map(({ browser, here, holds }) => [browser, here, holds])).toEqual([
			['firefox', true, 'nothing'],
			['chromium', false, 'phrase'],
		]);

		pageA = await a.open(article());
		pageB = await b.open(article());
		await postFromA('said in one browser');
		await expect.poll(() => badgesOn('said in one browser')).toEqual(['mine', 'mine']);
		await postFromB('and in the other');
		await expect.poll(() => badgesOn('and in the other')).toEqual(['mine', 'mine']);
	});

	it('unlinked, it recognises what was said and nothing that follows', async () => {
		const { id = '', devices = [] } = (await groupOf(a)) ?? {};
		const gone = devices.find(({ here }) => !here)?.id as string;
		await a.ask('device.unlink', { identity: id, id: gone, passphrase: testPassphrase });
		await postFromA('after it was lost');
		await expect.poll(() => badgesOn('after it was lost')).toEqual(['mine', 'foreign']);
		expect(await badgesOn('and in the other')).toEqual(['mine', 'mine']);
	});
});
