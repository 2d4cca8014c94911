import { beforeEach, expect, test, vi } from 'vitest';
import type { ComposerEvent, ComposerRequest, ComposerState } from '../../src/messages/composer.ts';

// The composer's state over a port that a test holds in its hand.
const requests: ComposerRequest[] = [];
let hear: (event: ComposerEvent | null) => void;
let lockComes: () => void;
vi.mock('../../src/composer/connection.ts', () => ({
	connectComposer: (_ticket: string, listener: typeof hear, _isPending: () => boolean, onLock: () => void) => {
		hear = listener;
		lockComes = onLock;
		return { send: (request: ComposerRequest) => requests.push(request), wake: () => {} };
	},
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const stateEvent = (waiting: ComposerState['waiting'] = []): ComposerEvent => ({
	kind: 'state',
	session: 'session',
	state: {
		...{
			room,
			name: 'lobby',
			on: true,
			vault: 'unlocked',
			mode: 'one-time',
			label: '',
			voices: [],
			maxPoints: 4096,
			reply: null,
			nick: '',
			crowd: null,
		},
		...{ site: 'https://chat.test', frontend: 'converse', tab: 1, gone: false },
		theme: { dark: false, background: '', color: '', accent: '', fontSize: '' },
		access: { state: 'open', modes: ['one-time'] },
		tampered: false,
		waiting,
	},
});
const sends = () => requests.filter((one) => one.kind === 'send');

async function composer(text: string) {
	const store = await import('../../src/composer/store.ts');
	hear(stateEvent());
	store.write(text);
	return store;
}

beforeEach(() => {
	requests.length = 0;
	vi.resetModules();
	vi.useFakeTimers();
	vi.stubGlobal('location', { hash: '#ticket', pathname: '/composer.html' });
	vi.stubGlobal('history', { replaceState: () => {} });
	vi.stubGlobal('addEventListener', () => {});
});

test('a send over a new port, as the old one went while nothing was said, is no failure', async () => {
	const store = await composer('after a pause');
	hear(null);
	store.send();
	// the background says how things are before it does what it was asked
	hear(stateEvent());
	expect(store.fault.value).toBeNull();
	hear({ kind: 'accepted', serial: 1, id: 'one' });
	expect([store.draft.value, sends().length]).toEqual(['', 1]);
});

test('a send whose answer was lost is asked once more under its own serial, whatever waits by then', async () => {
	const store = await composer('same words ');
	store.send();
	store.write('same words and more');
	hear(null);
	hear(stateEvent([{ id: 'other', text: 'same words', mode: 'one-time', state: 'waiting', due: 0, fault: null }]));
	expect(sends()).toHaveLength(2);
	expect(sends()[1]).toEqual(sends()[0]);
	expect(store.fault.value).toBeNull();
	hear(stateEvent());
	expect(sends()).toHaveLength(2);
	hear({ kind: 'refused', serial: 1, fault: { code: 'vault-locked', detail: '' } });
	expect([store.draft.value, store.sending.value]).toEqual(['same words and more', null]);
});

test('with nothing but blanks there is nothing to send, and that is requests until there is something', async () => {
	const store = await composer(' \n\t');
	store.send();
	expect([store.fault.value?.code, sends().length]).toEqual(['text-empty', 0]);
	store.forgetEmptyText();
	expect(store.fault.value).toBeNull();
	store.send();
	hear({ kind: 'returned', id: 'one', text: 'given back' });
	expect(store.fault.value).toBeNull();
	store.send();
	hear({ kind: 'refused', serial: 1, fault: { code: 'rate-minute', detail: '' } });
	// a key does not take away why a message stayed here
	store.forgetEmptyText();
	expect(store.fault.value?.code).toBe('rate-minute');
});

test('a command of the chat is asked back, stays as it was, and leaves as text only when the user says so', async () => {
	const store = await composer('/nick Alice Cooper');
	store.send();
	store.send();
	expect([sends().length, store.question.value, store.draft.value]).toEqual([0, 'command', '/nick Alice Cooper']);
	store.write('/nick Alice Cooper!');
	expect(store.question.value).toBeNull();
	store.send();
	store.send(true);
	expect([sends().length, store.question.value]).toEqual([1, null]);
});

test('what shows nothing is empty: it is not sent, and the user is told', async () => {
	const store = await composer('\u200b\u2060\u3164 \u2800\ufe0f');
	store.send();
	expect([sends().length, store.fault.value?.code]).toEqual([0, 'text-empty']);
});

test('before the lock everything is handed over, also a text whose sending is not answered yet; none of it stays here', async () => {
	const store = await composer('on its way ');
	store.send();
	store.write('on its way and more');
	lockComes();
	expect(requests.at(-1)).toEqual({ kind: 'hand-over', text: 'on its way and more', rest: 'and more', serial: 1 });
	expect([store.draft.value, store.sending.value]).toEqual(['', null]);
	// what the background gives back after the unlock is not cut by an answer that came late
	hear({ kind: 'accepted', serial: 1, id: 'one' });
	hear(null);
	hear(stateEvent());
	expect([store.draft.value, sends().length]).toEqual(['', 1]);
});

test('what was written in the last half second is kept before it is sent: a lock may come before the answer', async () => {
	const store = await composer('just now');
	store.send();
	expect(requests.map(({ kind }) => kind)).toEqual(['draft', 'send']);
});
