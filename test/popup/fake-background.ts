/**
 * A small background for the popup's own tests: it speaks the messages of src/messages/messages.ts and keeps what it is told in memory.
 * Tests set the state by `self.setState({...})` and read what the popup asked for in `self.messages`. The whole extension is tested in test/e2e.
 */
import { generateMnemonic, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { BautaError, faultOf } from '../../src/messages/errors.ts';
import type { Envelope } from '../../src/messages/messages.ts';
import type { NotifierRequests, NotifierState } from '../../src/messages/notifier.ts';
import type { PopupRequests, PopupState } from '../../src/messages/popup.ts';
import type { ProofRequests } from '../../src/messages/proofs.ts';
import type { Network } from '../../src/messages/rooms.ts';
import type { RoomSettings } from '../../src/networks/network.ts';
import { settings as nostrSettings } from '../../src/networks/nostr/room-settings.ts';
import { settings as xmppSettings } from '../../src/networks/xmpp/room-settings.ts';
import { answerMessages } from '../../src/platform/api/answer-messages.ts';
import { notifierAnswers, setNotifierState } from './fake-notifier.ts';
import { proofAnswers } from './fake-proofs.ts';
import { voiceAnswers } from './fake-voices.ts';

let state: PopupState = {
	vault: 'none',
	wait: 0,
	site: { state: 'unsupported' },
	identities: [],
	settings: { delayMin: 2, delayMax: 12, lockMinutes: 15, perMinute: 6, perDay: 100, killSwitch: false },
	waiting: [],
	notices: [],
	sites: [],
};
let secret = { passphrase: '', key: '', keyPassphrase: '' };
/** the passphrase that opens every locked key and every backup here */
const otherPassphrase = 'lantern barge pepper violin nine';
/** slow work as the page sees it: how far it is, until it is cancelled */
const slowWork: { fraction: number | null } = { fraction: null };
let replacedVaults = [{ id: 'c0ffee1234567890', counter: 14 }];
let probeAnswer: PopupState['site'] | null = null;
let wrongTries = 0;
let waitUntil = 0;
/** how often the popup asked how things stand */
const looks = { count: 0 };
/** everything else that it asked */
const messages: { to: string; body: unknown }[] = [];

type Preview = PopupRequests['identity.preview']['out'];

function look(text: string, passphrase = ''): Preview {
	const words = text.trim().toLowerCase().split(/\s+/);
	if (text.startsWith('ncryptsec1')) {
		if (passphrase !== '' && passphrase !== otherPassphrase) throw new BautaError('key-passphrase-wrong');
		return { kind: 'ncryptsec', summary: passphrase ? `npub1${'q'.repeat(58)}` : '', passphrase: 'needed' };
	}
	if (/^[0-9a-f]{64}$/i.test(text.trim())) {
		if (/^0+$/.test(text.trim())) throw new BautaError('key-zero');
		return { kind: 'hex', summary: `npub1${'z'.repeat(58)} · 0x${'ab'.repeat(20)}`, passphrase: 'none' };
	}
	if (/^[0-9a-f]+$/i.test(text.trim())) throw new BautaError('key-length', String(text.trim().length));
	if (words.length < 2) throw new BautaError('key-unknown');
	const unknown = words.find((word) => !wordlist.includes(word));
	if (unknown) throw new BautaError('phrase-word', unknown);
	if (![12, 15, 18, 21, 24].includes(words.length)) throw new BautaError('phrase-count', String(words.length));
	if (!validateMnemonic(words.join(' '), wordlist)) throw new BautaError('phrase-checksum');
	return { kind: 'phrase', summary: `${words.length} · zQ3sh${'k'.repeat(44)}`, passphrase: 'possible' };
}

function check(passphrase: string): void {
	if (waitUntil > Date.now()) throw new BautaError('too-many-tries', String(waitUntil - Date.now()));
	if (passphrase === secret.passphrase) {
		wrongTries = 0;
		return;
	}
	wrongTries += 1;
	waitUntil = wrongTries > 1 ? Date.now() + 2000 * wrongTries : 0;
	throw new BautaError('wrong-passphrase');
}

const networkSettings: Partial<Record<Network, RoomSettings>> = { xmpp: xmppSettings, nostr: nostrSettings };

function room(address: string) {
	if (state.site.state !== 'enabled') return undefined;
	return state.site.rooms.find((each) => each.room.address === address);
}

/** What the popup's newer parts ask is added with their tests; until then it is refused. */
type Asked = PopupRequests & ProofRequests & NotifierRequests;
const answers: { [N in keyof Asked]?: (body: Asked[N]['in']) => Asked[N]['out'] } = {
	...proofAnswers,
	...voiceAnswers,
	...notifierAnswers,
	'popup.state': () => ({ ...state, wait: Math.max(0, waitUntil - Date.now()) }),
	'identity.generate': () => ({ phrase: generateMnemonic(wordlist, 128) }),
	'identity.preview': ({ text, passphrase }) => look(text, passphrase),
	'notice.read': ({ code }) => {
		state = { ...state, notices: state.notices.filter((notice) => notice.code !== code) };
		return null;
	},
	'vault.create': ({ passphrase, key, confirmed, replace }) => {
		if (state.vault !== 'none' && !replace) throw new BautaError('vault-exists');
		const { kind } = look(key);
		secret = { passphrase, key, keyPassphrase: '' };
		waitUntil = 0;
		state = { ...state, vault: 'unlocked', identities: [{ id: 'a', name: '', kind, confirmed, created: 1_790_000_000 }] };
		return null;
	},
	'vault.unlock': ({ passphrase }) => {
		check(passphrase);
		state = { ...state, vault: 'unlocked' };
		return null;
	},
	'vault.lock': () => {
		state = { ...state, vault: 'locked' };
		return null;
	},
	'vault.passphrase': ({ old, passphrase }) => {
		check(old);
		secret.passphrase = passphrase;
		return null;
	},
	'identity.phrase': ({ passphrase }) => {
		check(passphrase);
		return { phrase: secret.key, keyPassphrase: secret.keyPassphrase };
	},
	'identity.confirm': ({ words }) => {
		const right = secret.key.split(' ');
		if (words.some(({ index, word }) => right[index] !== word)) throw new BautaError('backup-words');
		state = { ...state, identities: state.identities.map((each) => ({ ...each, confirmed: true })) };
		return null;
	},
	'identity.import': ({ key, name }) => {
		if (key === secret.key) throw new BautaError('identity-known');
		const identity = { id: `i${state.identities.length}`, name, kind: look(key).kind, confirmed: true, created: 1_790_000_000 };
		state = { ...state, identities: [...state.identities, identity] };
		return null;
	},
	'identity.rename': ({ id, name }) => {
		state = { ...state, identities: state.identities.map((each) => (each.id === id ? { ...each, name } : each)) };
		return null;
	},
	'identity.remove': ({ id, passphrase }) => {
		check(passphrase);
		state = { ...state, identities: state.identities.filter((each) => each.id !== id) };
		return null;
	},
	'slow-task.progress': () => slowWork,
	'slow-task.cancel': () => null,
	'backup.make': ({ passphrase }) => {
		check(passphrase);
		return { name: 'bauta-backup-2026-11-21.json', text: '{"format":"bauta-backup"}' };
	},
	'backup.look': ({ text, backupPassphrase }) => {
		if (!text.includes('bauta-backup')) throw new BautaError('backup-broken');
		if (backupPassphrase !== otherPassphrase) throw new BautaError('backup-passphrase');
		return { identities: state.identities.map(({ name, kind, created }) => ({ name, kind, created })), rooms: 2 };
	},
	'backup.restore': () => {
		state = { ...state, vault: 'unlocked' };
		return null;
	},
	'aside.list': () => ({ asides: replacedVaults }),
	'aside.open': ({ passphrase }) => {
		if (passphrase !== otherPassphrase) throw new BautaError('wrong-passphrase');
		return { identities: 2, messages: 3 };
	},
	'aside.forget': ({ id }) => {
		replacedVaults = replacedVaults.filter((each) => each.id !== id);
		return null;
	},
	'site.detect': () => probeAnswer ?? state.site,
	'site.wanted': () => null,
	'site.granted': ({ origin }) => {
		const hosts = state.site.state === 'found' ? state.site.hosts : [];
		if (state.site.state === 'enabled') state = { ...state, site: { ...state.site, hosts: [] } };
		else
			state = { ...state, site: { state: 'enabled', origin, frontend: 'converse', name: 'Converse.js', hosts, reload: true, rooms: [] } };
		return null;
	},
	'site.disable': ({ origin }) => {
		state = { ...state, site: { state: 'none', origin }, sites: (state.sites ?? []).filter((site) => site.origin !== origin) };
		return null;
	},
	'site.forgive': () => {
		if (state.site.state === 'enabled') state = { ...state, site: { ...state.site, caught: null } };
		return null;
	},
	'site.reload': () => {
		if (state.site.state === 'enabled') state = { ...state, site: { ...state.site, reload: false } };
		return null;
	},
	'settings.set': (change) => {
		state = { ...state, settings: { ...state.settings, ...change } };
		return state.settings;
	},
	'proxy.set': ({ address }) => {
		state = { ...state, proxy: { address, isAllowed: false } };
		return null;
	},
	'room.set': ({ room: ref, hide, kill, setting, identity }) => {
		const meant = room(ref.address);
		if (meant && hide) meant.hidden = hide.hidden;
		if (meant && identity !== undefined) meant.identity = identity;
		if (meant && kill !== undefined) meant.stopped = kill;
		const settings = networkSettings[ref.network];
		if (meant && setting && settings) meant.settings = settings.list(ref.address, settings.parse(setting.name, setting.written));
		return meant?.settings ?? [];
	},
	'outbox.discard': ({ id }) => {
		state = { ...state, waiting: state.waiting.filter((entry) => entry.id !== id) };
		return null;
	},
	'outbox.retry': ({ id }) => {
		state = { ...state, waiting: state.waiting.map((entry) => (entry.id === id ? { ...entry, state: 'sending', fault: null } : entry)) };
		return null;
	},
};

answerMessages((message) => {
	const { to, body } = message as Envelope<keyof Asked>;
	if (to === 'popup.state') looks.count += 1;
	else messages.push({ to, body });
	try {
		const answer = answers[to] as ((body: unknown) => unknown) | undefined;
		if (!answer) throw new BautaError('not-allowed', to);
		// a key that takes its time: nothing comes until the test is over
		if (slowWork.fraction !== null && to === 'identity.preview') return new Promise(() => {});
		return Promise.resolve({ ok: true, value: answer(body) });
	} catch (thrown) {
		return Promise.resolve({ ok: false, fault: faultOf(thrown) });
	}
});

Object.assign(self, {
	messages,
	looks,
	slowWork,
	setNotifierState,
	setState(next: Partial<PopupState>, knownSecret: Partial<typeof secret> = {}, probe: PopupState['site'] | null = null) {
		state = { ...state, ...next };
		secret = { ...secret, ...knownSecret };
		probeAnswer = probe;
		wrongTries = 0;
		waitUntil = 0;
		setNotifierState({ notifier: null, rooms: [] } satisfies NotifierState);
		messages.length = 0;
		slowWork.fraction = null;
		replacedVaults = next.vault === 'unlocked' && (next.identities?.length ?? 0) > 1 ? [{ id: 'c0ffee1234567890', counter: 14 }] : [];
	},
});
