/**
 * A small background for the popup's own tests: it speaks the messages of src/messages.ts and keeps what it is told in memory.
 * Tests set the state by `self.scene({...})` and read what the popup asked for in `self.asked`. The whole extension is tested in test/e2e.
 */
import { generateMnemonic, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import browser from 'webextension-polyfill';
import type { Envelope, PopupRequests, PopupState } from '../../src/messages.ts';
import { BautaError, errorRecord } from '../../src/platform/error.ts';

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
let secret = { passphrase: '', key: '' };
let probed: PopupState['site'] | null = null;
let wrong = 0;
let waitUntil = 0;
const looks = { count: 0 };
const asked: { to: string; body: unknown }[] = [];

function look(text: string): { kind: string; summary: string } {
	const words = text.trim().toLowerCase().split(/\s+/);
	if (/^[0-9a-f]{64}$/i.test(text.trim())) {
		if (/^0+$/.test(text.trim())) throw new BautaError('key-zero');
		return { kind: 'key', summary: `${text.trim().slice(0, 4)}…` };
	}
	if (/^[0-9a-f]+$/i.test(text.trim())) throw new BautaError('key-length', String(text.trim().length));
	if (words.length < 2) throw new BautaError('key-unknown');
	const unknown = words.find((word) => !wordlist.includes(word));
	if (unknown) throw new BautaError('phrase-word', unknown);
	if (![12, 15, 18, 21, 24].includes(words.length)) throw new BautaError('phrase-count', String(words.length));
	if (!validateMnemonic(words.join(' '), wordlist)) throw new BautaError('phrase-checksum');
	return { kind: 'phrase', summary: '' };
}

function check(passphrase: string): void {
	if (waitUntil > Date.now()) throw new BautaError('too-many-tries', String(waitUntil - Date.now()));
	if (passphrase === secret.passphrase) {
		wrong = 0;
		return;
	}
	wrong += 1;
	waitUntil = wrong > 1 ? Date.now() + 2000 * wrong : 0;
	throw new BautaError('wrong-passphrase');
}

function room(address: string) {
	if (state.site.state !== 'enabled') return undefined;
	return state.site.rooms.find((each) => each.room.address === address);
}

/** What the popup's newer parts ask is added with their tests; until then it is refused. */
const answers: { [N in keyof PopupRequests]?: (body: PopupRequests[N]['in']) => PopupRequests[N]['out'] } = {
	'popup.state': () => ({ ...state, wait: Math.max(0, waitUntil - Date.now()) }),
	'identity.generate': () => ({ phrase: generateMnemonic(wordlist, 128) }),
	'identity.preview': ({ text }) => look(text),
	'vault.create': ({ passphrase, key, confirmed, replace }) => {
		if (state.vault !== 'none' && !replace) throw new BautaError('vault-exists');
		const { kind } = look(key);
		secret = { passphrase, key };
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
		return { phrase: secret.key };
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
	'site.probe': () => probed ?? state.site,
	'site.wanted': () => null,
	'site.granted': ({ origin }) => {
		const hosts = state.site.state === 'found' ? state.site.hosts : [];
		if (state.site.state === 'enabled') state = { ...state, site: { ...state.site, hosts: [] } };
		else state = { ...state, site: { state: 'enabled', origin, frontend: 'converse', hosts, reload: true, rooms: [] } };
		return null;
	},
	'site.disable': ({ origin }) => {
		state = { ...state, site: { state: 'none', origin }, sites: (state.sites ?? []).filter((site) => site.origin !== origin) };
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
	'room.set': ({ room: ref, hidden, kill, anonymousHost }) => {
		const meant = room(ref.address);
		if (meant && hidden !== undefined) meant.hidden = hidden;
		if (meant && kill !== undefined) meant.stopped = kill;
		if (meant && anonymousHost !== undefined) meant.anonymousHost = anonymousHost;
		return null;
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

browser.runtime.onMessage.addListener((message: unknown) => {
	const { to, body } = message as Envelope<keyof PopupRequests>;
	if (to === 'popup.state') looks.count += 1;
	else asked.push({ to, body });
	try {
		const answer = answers[to] as ((body: unknown) => unknown) | undefined;
		if (!answer) throw new BautaError('not-allowed', to);
		return Promise.resolve({ ok: true, value: answer(body) });
	} catch (thrown) {
		return Promise.resolve({ ok: false, fault: errorRecord(thrown) });
	}
});

Object.assign(self, {
	asked,
	looks,
	scene(next: Partial<PopupState>, known: Partial<typeof secret> = {}, found: PopupState['site'] | null = null) {
		state = { ...state, ...next };
		secret = { ...secret, ...known };
		probed = found;
		wrong = 0;
		waitUntil = 0;
		asked.length = 0;
	},
});
