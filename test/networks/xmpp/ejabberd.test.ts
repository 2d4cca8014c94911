import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hints, OpenAccess, Sealed } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import { type Ejabberd, startEjabberd } from '../../servers/ejabberd.ts';
import { nodeChannel } from '../node-channel.ts';

const { transport } = traffic;
const origin = 'http://127.0.0.1:8080';
let ejabberd: Ejabberd;
let room: string;

beforeAll(async () => {
	ejabberd = await startEjabberd();
	room = await ejabberd.room('lobby');
});
afterAll(() => ejabberd?.stop());

type Kind = 'bosh' | 'websocket';

describe.each<Kind>(['websocket', 'bosh'])('ejabberd over %s', (kind) => {
	const hints = (): Hints => ({ origin, [kind]: ejabberd[kind] });
	const sealed = (): Sealed => ({
		text: `by ${kind}`,
		replyTo: '',
		wire: Buffer.from(crypto.getRandomValues(new Uint8Array(159))).toString('base64url'),
		id: `id-${kind}`,
	});
	const look = async (jid: string) => {
		const channel = nodeChannel(origin);
		const access = await transport.probe(`xmpp:${jid}`, hints(), channel, AbortSignal.timeout(60_000));
		channel.close();
		return access;
	};
	const post = async (jid: string, access: OpenAccess, message: Sealed) => {
		const channel = nodeChannel(origin);
		const order = { room: `xmpp:${jid}`, access, hints: hints(), channel, signal: AbortSignal.timeout(60_000) };
		return transport
			.post({ ...order, isHasty: true, words: ['maple', 'river', 'stone'], original: null, seal: async () => message })
			.finally(() => channel.close());
	};

	test('a room as the server makes it is moderated, and newcomers speak in it: the message arrives, the guest leaves, the archive has it', async () => {
		const bob = await ejabberd.logIn('bob');
		await bob.join(room, 'bob');
		const access = (await look(room)) as OpenAccess;
		expect(access).toMatchObject({ open: true, route: { endpoint: { kind }, anonymousHost: 'anon.chat.test' } });
		const message = sealed();
		const receipt = await post(room, access, message);
		const shown = await bob.wait(new RegExp(`<message[^>]*id='${message.id}'`));
		expect(traffic.read({ direction: 'in', url: ejabberd.websocket, data: shown }, 1).messages).toMatchObject([
			{ id: message.id, archiveId: receipt.archiveId, wires: [message.wire] },
		]);
		await bob.wait(/<presence[^>]*Anonymous[^>]*type='unavailable'/);
		const channel = nodeChannel(origin);
		const { messages } = await transport.readArchive(`xmpp:${room}`, access, channel, 50, AbortSignal.timeout(60_000));
		channel.close();
		expect(messages.map(({ id }) => id)).toContain(message.id);
		bob.close();
	});

	test('where the join gives no voice, that is the reason then, and nothing was said', async () => {
		const quiet = await ejabberd.room(`quiet-${kind}`, 'newcomers-listen');
		const access = (await look(quiet)) as OpenAccess;
		expect(access.open).toBe(true);
		await expect(post(quiet, access, sealed())).rejects.toMatchObject({ code: 'room-moderated' });
	});

	test.each([
		['full', 'room-full'],
		['riddle', 'room-not-accepted'],
	] as const)('where the join is refused, that is the reason: %s', async (refusing, code) => {
		const shut = await ejabberd.room(`${refusing}-${kind}`, refusing);
		const bob = await ejabberd.logIn('bob');
		await (refusing === 'full' ? bob.join(shut, 'bob') : null);
		const access = (await look(shut)) as OpenAccess;
		await expect(post(shut, access, sealed())).rejects.toMatchObject({ code });
		bob.close();
	});
});
