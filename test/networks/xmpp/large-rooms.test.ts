import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hints, OpenAccess, Sealed } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import { type Prosody, startProsody } from '../../servers/prosody.ts';
import { nodeChannel } from '../node-channel.ts';

const { transport } = traffic;
const origin = 'http://127.0.0.1:8080';
let prosody: Prosody;
let room: string;

beforeAll(async () => {
	prosody = await startProsody({ crowds: true });
	room = await prosody.room('crowd-2000');
});
afterAll(() => prosody?.stop());

type Kind = 'bosh' | 'websocket';
const sealed = (): Sealed => ({
	text: 'hello, all of you',
	replyTo: '',
	wire: Buffer.from(crypto.getRandomValues(new Uint8Array(159))).toString('base64url'),
	id: crypto.randomUUID(),
});

describe.each<Kind>(['bosh', 'websocket'])('2,000 people over %s', (kind) => {
	test('the message arrives by the page’s own kind of endpoint', async () => {
		const channel = nodeChannel(origin);
		let longest = 0;
		const { fetch } = channel;
		channel.fetch = async (request) => {
			const answer = await fetch(request);
			longest = Math.max(longest, answer.body.length);
			return answer;
		};
		const hints: Hints = { origin, [kind]: prosody[kind] };
		const signal = AbortSignal.timeout(60_000);
		const access = (await transport.probe(`xmpp:${room}`, hints, channel, signal)) as OpenAccess;
		expect(access).toMatchObject({ open: true, route: { endpoint: { kind } } });
		const message = sealed();
		let visits = 0;
		const onEnter = () => visits++;
		const order = { room: `xmpp:${room}`, access, hints, channel, signal, isHasty: true, original: null, onEnter };
		const receipt = await transport.post({ ...order, seal: async () => message });
		expect(receipt.id).toBe(message.id);
		expect(visits).toBe(1);
		// all of them came in one answer
		expect(longest > 1_000_000).toBe(kind === 'bosh');
		channel.close();
	});
});
