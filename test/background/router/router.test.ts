import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { answerRequests, type Handlers } from '../../../src/background/router/router.ts';

type Listener = (message: unknown, sender: object, respond: (answer: unknown) => void) => true | undefined;
const runtime = vi.hoisted(() => ({ listeners: [] as Listener[] }));
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: {
		...fakeBrowser,
		runtime: {
			id: 'bauta',
			getURL: (path: string) => `chrome-extension://bauta/${path}`,
			onMessage: { addListener: (listener: Listener) => void runtime.listeners.push(listener) },
		},
	},
}));

const page = { id: 'bauta', url: 'chrome-extension://bauta/popup.html' };
const content = { id: 'bauta', url: 'https://chat.test/room', frameId: 0, tab: { id: 7 } };
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' };
const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };
const turned = { to: 'content.switch', body: { room, on: true, theme, beside: false } };
const locked = { to: 'vault.lock', body: {} };
const refused = { ok: false, fault: { code: 'not-allowed' } };

const handlers = { 'content.switch': vi.fn(async () => 'turned'), 'vault.unlock': vi.fn(async () => 'unlocked') };
const others = { 'vault.lock': vi.fn(async () => 'locked') };
/** whether a content script may ask is for others to say */
const admit = vi.fn(async () => {});
const loadOthers = vi.fn(async () => others as unknown as Handlers);

/** The answer to a message; undefined where the router leaves it to others. */
function answer(message: unknown, sender: object, ready = Promise.resolve()): Promise<unknown> | undefined {
	runtime.listeners.length = 0;
	answerRequests<never>({ handlers: handlers as never, loadOthers, admit }, ready);
	let isAnswered: true | undefined;
	const answered = new Promise((resolve) => {
		isAnswered = runtime.listeners[0]?.(message, sender, resolve);
	});
	return isAnswered && answered;
}

beforeEach(() => vi.clearAllMocks());

test('each asker is answered what its requests are, a content script by tab and origin as the browser names them', async () => {
	expect(await answer(turned, content)).toEqual({ ok: true, value: 'turned' });
	expect(handlers['content.switch']).toHaveBeenCalledWith(turned.body, { tab: 7, origin: 'https://chat.test' });
	expect(loadOthers).not.toHaveBeenCalled();
	expect(await answer(locked, page)).toEqual({ ok: true, value: 'locked' });
	expect(others['vault.lock']).toHaveBeenCalledWith({});
});

test('nobody else is: no content script asks for what pages may, no frame and no page for what content scripts may', async () => {
	expect(await answer(locked, content)).toMatchObject(refused);
	expect(await answer({ to: 'vault.unlock', body: { passphrase: '' } }, content)).toMatchObject(refused);
	expect(await answer(turned, page)).toMatchObject(refused);
	expect(await answer(turned, { ...page, tab: { id: 7 }, frameId: 0 })).toMatchObject(refused);
	expect(await answer(turned, { ...content, frameId: 3 })).toMatchObject(refused);
	expect(await answer(turned, { ...content, tab: undefined })).toMatchObject(refused);
	// a page whose address begins like one of Bauta's
	expect(await answer(locked, { ...page, url: 'https://chat.test/chrome-extension://bauta/' })).toMatchObject(refused);
	for (const handler of [...Object.values(handlers), ...Object.values(others)]) expect(handler).not.toHaveBeenCalled();
});

test('a body that its schema does not take never reaches a handler', async () => {
	for (const body of [undefined, null, [], {}, { room, on: 'yes' }, { room, on: true, more: 1 }])
		expect(await answer({ to: 'content.switch', body }, content)).toMatchObject(refused);
	expect(handlers['content.switch']).not.toHaveBeenCalled();
});

test('what is no request is left to others', () => {
	expect(answer(null, page)).toBeUndefined();
	expect(answer({ to: 'toString', body: {} }, page)).toBeUndefined();
	expect(answer({ composers: 'wake' }, page)).toBeUndefined();
	expect(answer(locked, { ...page, id: 'another' })).toBeUndefined();
});

test('nothing is answered before the background is ready', async () => {
	let release = () => {};
	const ready = new Promise<void>((resolve) => {
		release = resolve;
	});
	const answered = answer(locked, page, ready);
	await new Promise((resolve) => setTimeout(resolve));
	expect(others['vault.lock']).not.toHaveBeenCalled();
	release();
	expect(await answered).toMatchObject({ ok: true });
});

test('an error that is not meant for people is told as internal, without its text', async () => {
	others['vault.lock'].mockRejectedValueOnce(new Error('secret'));
	expect(await answer(locked, page)).toEqual({ ok: false, fault: { code: 'internal', detail: '' } });
});
