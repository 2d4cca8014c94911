import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceOf } from '../../scripts/status/account.ts';
import { composePost } from '../../scripts/status/compose.ts';
import { concat, utf8 } from '../../src/protocol/bytes.ts';
import { encodeField } from '../../src/protocol/protobuf.ts';
import { decodeChatMessage, decodeWrapper } from '../../src/protocol/status/status.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import type { PagesServer } from '../servers/chat-pages.ts';
import { startWaku, type WakuNode } from '../servers/waku.ts';
import { serveWebChat } from '../servers/web-chat.ts';
import { until } from '../until.ts';

/*
 * "Current clients will see a random name, but will be able to read", says the proposal. No web chat of Status lives, so this is shown with
 * Waku's own, of 2024: its messages have other fields than Status's, and a message with Bauta's unknown one is read by it, live and from a
 * store. That a reader of Status's fields does the same is in test/status/waku.test.ts.
 */

const pubsubTopic = '/waku/2/default-waku/proto';
const contentTopic = '/toy-chat/2/huilong/proto';
const text = 'The lamp in the garden is broken.';
const now = Math.floor(Date.now() / 1000);

let node: WakuNode;
let chat: PagesServer;
let browser: TestBrowser;

beforeAll(async () => {
	[node, browser] = await Promise.all([startWaku(), launchBrowser({ extension: null })]);
	chat = await serveWebChat(node.address);
});

afterAll(async () => {
	await browser.close();
	await chat.close();
	await node.close();
});

/** A message of this chat, seconds, nick and text, with Bauta's field behind them. */
function messageWithEnvelope(): Uint8Array {
	const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
	const { wrapper } = composePost(deviceOf(phrase, now), 'envelope', 'garden', text, now);
	const { envelope } = decodeChatMessage(decodeWrapper(wrapper).payload);
	return concat(encodeField(1, now), encodeField(2, utf8('Anonymous')), encodeField(3, utf8(text)), encodeField(2035, envelope));
}

/** Opens the chat and waits until it hears what is written. */
async function open(listeners: number): Promise<Page> {
	const page = await browser.open(chat.origin);
	await until(() => node.subscribers(pubsubTopic, contentTopic) === listeners, 'the chat to subscribe');
	await page.getByText('Light Push: 1').waitFor();
	return page;
}

const shown = (page: Page, words: string) => page.locator('.border-b', { hasText: words });
const nickOf = (page: Page) => shown(page, text).locator('span').first().innerText();

it('a web chat that knows nothing of Bauta shows a message with its field, live and from the store', async () => {
	const early = await open(1);
	const payload = messageWithEnvelope();
	const rest = { version: 0, meta: undefined, rateLimitProof: undefined, ephemeral: false };
	await node.publish(pubsubTopic, { payload, contentTopic, timestamp: BigInt(now) * 1_000_000_000n, ...rest });
	await shown(early, text).waitFor();
	expect(await nickOf(early)).toBe('Anonymous');

	const late = await open(2);
	await shown(late, text).waitFor();
	expect(await nickOf(late)).toBe('Anonymous');

	// and it is no page that shows whatever comes: people talk in it
	await late.getByPlaceholder('Type your message...').fill('I saw it, too.');
	await late.getByRole('button', { name: 'Send' }).click();
	await shown(early, 'I saw it, too.').waitFor();
	expect(await early.locator('.border-b').count()).toBe(2);
	expect(node.stored).toHaveLength(2);
});
