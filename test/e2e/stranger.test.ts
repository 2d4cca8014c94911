/** A content script shares its process with the page. One that the page has taken over reads nothing, and learns of its own page alone (THREATS.md S7). */
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleLength } from '../../src/messages/rooms.ts';
import { launchBauta, type ReadyBauta } from '../bauta.ts';
import { waitPierced } from '../pierce.ts';
import { type OneMessage, serveOneMessage } from '../servers/one-message.ts';
import { until } from '../until.ts';

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' };
const otherRoom = { network: 'xmpp', address: 'hall@muc.chat.test' };
let bauta: ReadyBauta;
let chat: OneMessage;
let session: CDPSession;
let world: number;

/** Runs an expression where the content script runs. */
async function inContentScript(expression: string): Promise<unknown> {
	const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
		contextId: world,
		awaitPromise: true,
		returnByValue: true,
		expression,
	});
	if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
	return result.value;
}
const ask = (to: string, body: object) => inContentScript(`chrome.runtime.sendMessage(${JSON.stringify({ to, body })})`);

beforeAll(async () => {
	chat = await serveOneMessage('the third floor knows');
	bauta = await launchBauta({ sites: [chat.origin] });
	const page = await bauta.open(chat.origin);
	await waitPierced(page, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes);
	session = await page.context().newCDPSession(page);
	const worlds: { id: number; origin: string }[] = [];
	session.on('Runtime.executionContextCreated', ({ context }) => worlds.push(context));
	await session.send('Runtime.enable');
	world = (await until(() => worlds.find(({ origin }) => origin.startsWith('chrome-extension://')), 'the content script')).id;
});
afterAll(async () => {
	await bauta?.close();
	await chat?.close();
});

/** of no message */
const handle = 'f'.repeat(handleLength);

test('storage is closed to it: it neither reads, nor writes, nor hears of changes', async () => {
	for (const area of ['local', 'session', 'sync'])
		for (const call of ['get(null)', 'set({ vault: "" })', 'clear()'])
			expect(await inContentScript(`chrome.storage.${area}.${call}.then(() => 'open', () => 'closed')`), `${area}.${call}`).toBe('closed');
	expect(await bauta.ask('popup.state', { tab: null })).toMatchObject({ vault: 'unlocked', sites: [{ origin: chat.origin }] });
});

test('it is answered about its own room, and about no other; what belongs to Bauta’s pages it may not ask', async () => {
	const refused = { ok: false, fault: { code: 'not-allowed' } };
	expect(await ask('content.unlabelled', { room, messages: [] })).toMatchObject({ ok: true });
	expect(await ask('content.unlabelled', { room: otherRoom, messages: [] })).toMatchObject(refused);
	expect(await ask('content.verdicts', { room, handles: handle })).toEqual({ ok: true, value: { mine: '0'.repeat(64) } });
	expect(await ask('content.verdicts', { room: otherRoom, handles: handle })).toMatchObject(refused);
	for (const handles of ['', handle.slice(1), `${handle}f`])
		expect(await ask('content.verdicts', { room, handles })).toMatchObject({ ok: false });
	expect(await ask('content.hide', { room: otherRoom, hidden: true })).toMatchObject(refused);
	expect(await ask('popup.state', { tab: null })).toMatchObject(refused);
	expect(await ask('vault.lock', {})).toMatchObject(refused);
});

test('no answer tells of the lock: all of them are the same while the vault is locked', async () => {
	const answers = async () => [
		await ask('content.hello', { frontend: 'converse', network: 'xmpp' }),
		await ask('content.rooms', { rooms: [room] }),
		await ask('content.unlabelled', { room, messages: [] }),
		await ask('content.verdicts', { room, handles: handle.repeat(3) }),
		await ask('content.hide', { room, hidden: false }),
	];
	const open = await answers();
	await bauta.ask('vault.lock', {});
	expect(await answers()).toEqual(open);
});

test('however much it hands over, others are answered soon', async () => {
	const began = Date.now();
	const flood = `(async () => {
		const data = '<message xmlns="jabber:client" type="groupchat" from="lobby@muc.chat.test/x"><subject>' + 'x'.repeat(60000) + '</subject></message>';
		const frames = Array.from({ length: 16 }, () => ({ direction: 'in', url: 'ws://127.0.0.1:1/ws', data }));
		const answers = await Promise.all(Array.from({ length: 60 }, () => chrome.runtime.sendMessage({ to: 'content.frames', body: { network: 'xmpp', frames } })));
		return answers.filter(({ ok }) => ok).length;
	})()`;
	const [taken] = await Promise.all([inContentScript(flood), bauta.ask('popup.state', { tab: null })]);
	expect(taken).toBeLessThan(10);
	// a machine with other work gets there later; unbounded it takes minutes
	expect(Date.now() - began).toBeLessThan(20_000);
});
