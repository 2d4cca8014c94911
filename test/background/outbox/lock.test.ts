import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ArchiveAnswer } from '../../../src/background/outbox/archive-answer.ts';
import type { Entry } from '../../../src/background/outbox/entry.ts';
import { BautaError } from '../../../src/messages/errors.ts';
import { until } from '../../until.ts';
import { openOutbox } from './open-outbox.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
const never = () => new Promise<never>(() => {});
// what a delivery is given, and what servers answer
const wire = vi.hoisted(() => ({
	/** the entries that deliveries hold */
	entries: [] as Entry[],
	/** how long a guest stays who has to leave */
	linger: async () => {},
	handed: async (_: string) => {},
	questions: [] as AbortSignal[],
	answer: async (): Promise<ArchiveAnswer> => 'silent',
	access: async (): Promise<unknown> => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 }),
}));
vi.mock('../../../src/background/outbox/delivery.ts', () => ({
	async deliver(entry: Entry, _access: unknown, _hints: unknown, signal: AbortSignal) {
		wire.entries.push(entry);
		await wire.handed(entry.id);
		await new Promise((resolve) => signal.addEventListener('abort', resolve));
		await wire.linger();
		throw new BautaError('cancelled');
	},
	askArchive(_entry: Entry, _access: unknown, _hints: unknown, signal: AbortSignal) {
		wire.questions.push(signal);
		return wire.answer();
	},
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({ requireAccess: () => wire.access() }));
vi.mock('../../../src/background/state/document.ts', () => ({
	readSettings: async () => ({ delayMin: 0, delayMax: 0, perMinute: 100, perDay: 100 }),
	readDocument: async () => ({ identities: [] }),
}));

/** ends what the last test's outbox still does */
let endLast = async () => {};
const key = () => new Uint8Array(32);

/** An open vault and an empty outbox, without delays. */
async function outbox() {
	const open = await openOutbox();
	const lock = await import('../../../src/background/state/lock.ts');
	endLast = lock.lock;
	const send = () => open.send('a canary in a mine');
	const state = async () => (await open.readOutbox())[0]?.state;
	/** sends a message, and returns when its delivery holds it */
	async function sendOut(): Promise<Entry> {
		await send();
		return until(() => wire.entries[0], 'a delivery');
	}
	return { ...lock, ...open, send, sendOut, state };
}

afterEach(() => endLast());
beforeEach(() => {
	fakeBrowser.reset();
	Object.assign(wire, { entries: [], questions: [], linger: async () => {}, handed: async () => {}, answer: async () => 'silent' });
	wire.access = async () => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 });
});

test('a delivery ends at the lock and holds no text from then on; after the unlock the message leaves by a new one', async () => {
	const { sendOut, lock, setUnlocked } = await outbox();
	const held = await sendOut();
	expect(held.text).toBe('a canary in a mine');
	await lock();
	expect([held.text, held.sealed]).toEqual(['', null]);
	await setUnlocked(key());
	expect((await until(() => wire.entries[1], 'another delivery')).text).toBe('a canary in a mine');
});

test('a guest who still stays a while when the vault is open again keeps the message back no longer than that', async () => {
	const { sendOut, lock, setUnlocked, state } = await outbox();
	let leave = () => {};
	wire.linger = () =>
		new Promise((resolve) => {
			leave = resolve;
		});
	await sendOut();
	await lock();
	await setUnlocked(key());
	expect([await state(), wire.entries.length]).toEqual(['sending', 1]);
	leave();
	expect((await until(() => wire.entries[1], 'another delivery')).text).toBe('a canary in a mine');
});

test('bytes that were on their way at the lock are asked after once it is over, and not sent again unasked', async () => {
	const { sendOut, lock, setUnlocked, state, changeOutbox } = await outbox();
	wire.handed = async () => changeOutbox((all) => void Object.assign(all[0] as Entry, { state: 'handed' }));
	await sendOut();
	await until(async () => (await state()) === 'handed', 'the bytes to leave');
	await lock();
	expect(wire.questions).toHaveLength(0);
	await setUnlocked(key());
	await until(async () => (await state()) === 'unsure', 'the answer of the archive', 20_000);
	expect(wire.questions).toHaveLength(1);
});

test('the question what became of bytes ends at the lock, too, says nothing then, and is asked anew', async () => {
	const { lock, setUnlocked, state, changeOutbox, send } = await outbox();
	await send();
	await changeOutbox((all) => void Object.assign(all[0] as Entry, { state: 'handed' }));
	wire.access = never;
	await lock();
	await setUnlocked(key());
	await lock();
	wire.access = async () => ({ open: true });
	await setUnlocked(key());
	await until(async () => (await state()) === 'unsure', 'the answer of the archive', 20_000);
	expect(wire.questions).toHaveLength(1);
});

test('a text that waits for a look at its room to be taken in is refused at the lock', async () => {
	const { send, lock } = await outbox();
	wire.access = never;
	const sending = send();
	const refusal = expect(sending).rejects.toMatchObject({ code: 'vault-locked' });
	await lock();
	await refusal;
});

test('a question that a server holds open past the unlock is asked anew when it is over', async () => {
	const { lock, setUnlocked, state, changeOutbox, send } = await outbox();
	await send();
	await changeOutbox((all) => void Object.assign(all[0] as Entry, { state: 'handed' }));
	let endFirst = () => {};
	wire.answer = () =>
		new Promise((resolve) => {
			endFirst = () => resolve('silent');
		});
	await lock();
	await setUnlocked(key());
	await until(() => wire.questions.length === 1, 'the first question', 20_000);
	await lock();
	await setUnlocked(key());
	wire.answer = async () => 'silent';
	endFirst();
	await until(async () => (await state()) === 'unsure', 'the answer of the archive', 20_000);
	expect(wire.questions).toHaveLength(2);
});
