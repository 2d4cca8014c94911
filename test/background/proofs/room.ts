import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { composeMessage, type Draft } from '../../../src/protocol/compose.ts';
import { nodeFrom } from '../../../src/protocol/node.ts';
import type { StoredIdentity } from '../../../src/vault/document.ts';
import { newIdentity, newPhrase } from '../../../src/vault/identity.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

/** A background with an open vault, and a tab that shows one XMPP room and one Nostr channel, each with messages of a self and of others. */

export const site = 'https://chat.test';
export const tab = 1;
export const lobby = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
export const lobbyId = `xmpp:${lobby.address}`;
export const channel = { network: 'nostr', address: `28:${'5a'.repeat(32)}` } as const;
export const channelId = `nostr:${channel.address}`;
export const nick = `${lobby.address}/x`;
export const now = Math.floor(Date.now() / 1000);
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** What a self writes, as the page receives it. */
export function written(id: string, writer: StoredIdentity | null, draft: Partial<Draft> = {}): IncomingMessage {
	const [held] = writer?.generations ?? [];
	const generation = held ? { generation: held.generation, node: nodeFrom(held.node), closed: null } : null;
	const room = draft.room ?? lobbyId;
	const whole: Draft = {
		...{ mode: writer ? 'one-time' : 'no-trace', transport: room.startsWith('nostr:') ? 'nostr' : 'recoverable', room, text: id },
		...{ replyTo: '', now, generation, random },
		...draft,
	};
	const { wire, authorKey } = composeMessage(whole);
	const message = {
		room,
		id,
		archiveId: '',
		author: `${lobby.address}/${id}`,
		bodies: [whole.text],
		replyTo: '',
		time: whole.now,
		wires: [wire],
	};
	return whole.transport === 'nostr' && authorKey ? { ...message, authorKey } : message;
}

/** Forgets everything of an earlier test: call it before each. */
export function forgetBackground(): void {
	vi.useRealTimers();
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
}

export async function openBackground() {
	const [{ createVault }, lock, document, log, tabs, archived, { rareAnswers }, { rememberAccess }] = await Promise.all([
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/recognition/archived-messages.ts'),
		import('../../../src/background/answers/rare.ts'),
		import('../../../src/background/access/probe-results.ts'),
	]);
	await lock.setUnlocked(await createVault(testPassphrase, testPhrase, '', true, false));
	const me = newIdentity(newPhrase(), 'me', now);
	await document.changeDocument(({ identities }) => void identities.push(me));
	await tabs.helloTab(tab, site, 'converse', 'xmpp');
	await tabs.changeTab(tab, (page) => {
		page.rooms.push(lobby, channel);
		page.nicks[lobbyId] = 'bob';
	});
	const route = { endpoint: { kind: 'websocket', url: 'wss://chat.test/ws' }, anonymousHost: 'anon.chat.test' };
	await rememberAccess(site, lobbyId, { open: true, route, modes: ['one-time'], maxPoints: 4096 });
	const meet = (messages: IncomingMessage[], origin = site) => log.rememberMessages(origin, messages, 'page');
	return { ...lock, ...document, ...tabs, ...archived, ask: rareAnswers, meet, me };
}
