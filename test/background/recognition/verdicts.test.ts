import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { nodeFrom } from '../../../src/protocol/node.ts';
import { newIdentity, newPhrase } from '../../../src/vault/identity.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const roomId = `xmpp:${room.address}`;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

async function openBackground() {
	const [{ keyAnswers }, document, labels, log, { createVault }, lock] = await Promise.all([
		import('../../../src/background/answers/keys.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/recognition/labels.ts'),
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
	]);
	await lock.setUnlocked(await createVault(testPassphrase, testPhrase, '', true, false));
	const mine = async () =>
		(await labels.labelPage({ tab: 1, origin: 'https://chat.test' }, room, [{ id: 'a', author: '' }], () => {})).map(
			({ label }) => label.mine,
		);
	return { ...document, ...log, ask: keyAnswers, mine };
}

beforeEach(() => {
	vi.resetModules();
	fakeBrowser.reset();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
});

test('a message that was foreign becomes mine with the identity that wrote it, and foreign again without it', async () => {
	const { ask, changeDocument, rememberMessages, mine } = await openBackground();
	const now = Math.floor(Date.now() / 1000);
	const writer = newIdentity(newPhrase(), 'writer', now);
	const [held] = writer.generations;
	const generation = { generation: held?.generation ?? 0, node: nodeFrom(held?.node ?? { privateKey: '', chainCode: '' }), closed: null };
	const { wire } = composeMessage({
		...{ mode: 'one-time', transport: 'recoverable', room: roomId, text: 'hello', replyTo: '', now, generation, random },
	});
	const message = { room: roomId, id: 'a', archiveId: '', author: `${roomId}/x`, bodies: ['hello'], replyTo: '', time: now, wires: [wire] };
	await rememberMessages('https://chat.test', [message], 'page');
	expect(await mine()).toEqual([0]);
	await changeDocument(({ identities }) => identities.push(writer));
	expect(await mine()).toEqual([1]);
	await ask['identity.remove']({ id: writer.id, passphrase: testPassphrase });
	expect(await mine()).toEqual([0]);
});

test('a keyless message that was foreign is mine while another device’s list of own posts has it', async () => {
	const { changeDocument, rememberMessages, mine } = await openBackground();
	const [{ contentHash }, { toHex }, list, { groupOf }] = await Promise.all([
		import('../../../src/protocol/text.ts'),
		import('../../../src/protocol/bytes.ts'),
		import('../../../src/devices/own-list.ts'),
		import('../../../src/background/devices/groups.ts'),
	]);
	const now = Math.floor(Date.now() / 1000);
	const said = { room: roomId, text: 'hello', replyTo: '' };
	const { wire } = composeMessage({ mode: 'keyless', transport: 'recoverable', ...said, now, generation: null, random });
	await rememberMessages(
		'https://chat.test',
		[{ ...said, id: 'a', archiveId: '', author: `${roomId}/x`, bodies: ['hello'], time: now, wires: [wire] }],
		'page',
	);
	expect(await mine()).toEqual([0]);
	const hash = list.ownHash(toHex(contentHash(roomId, 'hello', '')), wire);
	await changeDocument(({ identities: [identity] }) => {
		if (!identity) return;
		const group = list.setOwnList(groupOf(identity, 'here', Date.now()), true, Date.now());
		identity.devices = list.rememberOwnPost(group, { room: roomId, id: 'a', hash }, Date.now());
	});
	expect(await mine()).toEqual([1]);
	await changeDocument(({ identities: [identity] }) => {
		if (identity?.devices) identity.devices = list.forgetOwnPosts(identity.devices, Date.now());
	});
	expect(await mine()).toEqual([0]);
});
