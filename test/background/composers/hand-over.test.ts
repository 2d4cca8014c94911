import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ComposerEvent } from '../../../src/messages/composer.ts';
import { BautaError } from '../../../src/messages/errors.ts';
import { defaultSettings } from '../../../src/vault/document.ts';
import { until } from '../../until.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
vi.mock('../../../src/background/composers/composer-state.ts', () => ({ composerState: async () => ({}) }));
vi.mock('../../../src/background/state/document.ts', async (original) => ({
	...(await original<object>()),
	readSettings: async () => defaultSettings(),
}));
vi.mock('../../../src/background/access/hints.ts', () => ({ hintsFor: async (origin: string) => ({ origin }) }));
/** an outbox that takes a message in when the test says so, and none after the lock */
const outbox = vi.hoisted(() => ({ takeIn: () => {}, refuse: () => {}, isTakenIn: false }));
vi.mock('../../../src/background/outbox/enqueue.ts', () => ({
	enqueue: () =>
		new Promise<string>((resolve, reject) => {
			outbox.refuse = () => reject(new BautaError('vault-locked'));
			outbox.takeIn = () => {
				outbox.isTakenIn = true;
				resolve('one');
			};
		}),
	entryOf: async () => (outbox.isTakenIn ? 'one' : undefined),
}));

const site = 'https://chat.test';
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const key = () => new Uint8Array(32).fill(7);

/** A composer that sent `hello `, which is being taken in, and has `hello and more`. */
async function sending() {
	vi.resetModules();
	const [lock, tabs, { answerComposer }, { draftOf }] = await Promise.all([
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/composers/requests.ts'),
		import('../../../src/background/composers/drafts.ts'),
	]);
	await lock.setUnlocked(key());
	await tabs.helloTab(1, site, 'converse', 'xmpp');
	await tabs.changeTab(1, (tab) => {
		tab.on.push(room.address);
	});
	const heard: ComposerEvent[] = [];
	const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };
	const composer = {
		port: { postMessage: (event: ComposerEvent) => heard.push(event) },
		binding: { tab: 1, site, room, theme, once: false },
		session: 's',
	} as unknown as Parameters<typeof answerComposer>[0];
	outbox.refuse = () => {};
	const answered = answerComposer(composer, { kind: 'send', text: 'hello ', mode: 'one-time', label: '', n: null, replyTo: '', serial: 1 });
	const wait = outbox.refuse;
	await until(() => outbox.refuse !== wait, 'the message at the outbox');
	return {
		...lock,
		answered,
		answers: () => heard.map(({ kind }) => kind).filter((kind) => kind !== 'state'),
		draft: () => draftOf(composer.binding),
		handOver: () => answerComposer(composer, { kind: 'hand-over', text: 'hello and more', rest: 'and more', serial: 1 }),
	};
}

beforeEach(() => {
	fakeBrowser.reset();
	outbox.isTakenIn = false;
});

test('a text that is not taken in before the lock is given back after it, with what was written meanwhile', async () => {
	const { handOver, draft, lock, setUnlocked, answered, answers } = await sending();
	await handOver();
	await lock();
	outbox.refuse();
	await answered;
	expect([await draft(), answers()]).toEqual(['', ['refused']]);
	await setUnlocked(key());
	expect(await draft()).toBe('hello and more');
});

test.each([
	['before the composer handed it over', true],
	['after that', false],
])('a text that was taken in %s is not given back: it would be sent twice', async (_, isBefore) => {
	const { handOver, draft, lock, setUnlocked, answered, answers } = await sending();
	if (isBefore) {
		outbox.takeIn();
		await answered;
		await handOver();
	} else {
		await handOver();
		outbox.takeIn();
		await answered;
	}
	await lock();
	await setUnlocked(key());
	expect([await draft(), answers()]).toEqual(['and more', ['accepted']]);
});
