import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from '../../../src/networks/pace.ts';
import { recentMessages } from '../../../src/networks/xmpp/archive.ts';
import { connect } from '../../../src/networks/xmpp/stream/connect.ts';
import type { Session } from '../../../src/networks/xmpp/stream/session.ts';
import { askTime } from '../../../src/networks/xmpp/wire/stanzas.ts';
import { parseFrame, writeXml } from '../../../src/networks/xmpp/wire/xml.ts';
import { channelOverWays, distance, distanceLimit, type Heard } from '../ways.ts';

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
	vi.useRealTimers();
});

const near = 10;
const far = 390;
const count = 150;
const signal = new AbortController().signal;
const host = 'chat.test';

/** Runs something to its end, however long it waits. */
async function finish<T>(task: Promise<T>): Promise<T> {
	let isOver = false;
	const over = task.finally(() => {
		isOver = true;
	});
	over.catch(() => {});
	while (!isOver) await vi.advanceTimersToNextTimerAsync();
	return over;
}

/** The times between one thing that a server heard and the next, ms. */
const gapsOf = (heard: Heard[]): number[] => heard.slice(1).map(({ at }, index) => at - (heard[index]?.at ?? 0));

/** Compares what authors show who are near and far: `gaps` tells of one session. */
async function compare(gaps: (way: number) => Promise<number[]>): Promise<number> {
	const ofMany = async (way: number) => {
		const all: number[] = [];
		while (all.length < count) all.push(...(await finish(gaps(way))));
		return all.slice(0, count);
	};
	return distance(await ofMany(near), await ofMany(far));
}

test('from a WebSocket’s opening to the first word on it', async () => {
	const shown = await compare(async (way) => {
		const channel = channelOverWays({ [host]: way }, () => [
			'<stream:features xmlns:stream="http://etherx.jabber.org/streams" xmlns="jabber:client"/>',
		]);
		const stream = await connect(channel, { kind: 'websocket', url: `wss://${host}/ws` }, signal, new Pace());
		await stream.open(host, signal);
		return gapsOf(channel.heard);
	});
	expect(shown).toBeLessThan(distanceLimit(count));
});

test('from the farewell on a WebSocket to its end', async () => {
	const shown = await compare(async (way) => {
		const channel = channelOverWays({ [host]: way }, (text) =>
			text.startsWith('<close') ? ['<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>'] : [],
		);
		const stream = await connect(channel, { kind: 'websocket', url: `wss://${host}/ws` }, signal, new Pace());
		await stream.close([]);
		await new Promise((over) => setTimeout(over, far));
		return gapsOf(channel.heard.filter(({ text }) => text !== ''));
	});
	expect(shown).toBeLessThan(distanceLimit(count));
});

test('no step is shorter where a busy machine sends what came before it late', async () => {
	const gaps: number[] = [];
	for (let at = 0; at < 20; at++) {
		let sent = 0;
		const answers = (text: string) =>
			text.startsWith('<close')
				? ['<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>']
				: ['<stream:features xmlns:stream="http://etherx.jabber.org/streams" xmlns="jabber:client"/>'];
		// the first frame leaves late, the second does not, and so on
		const channel = channelOverWays({ [host]: near }, answers, () => (sent++ % 2 === 0 ? 800 : 0));
		const pace = new Pace();
		const session = async () => {
			const stream = await connect(channel, { kind: 'websocket', url: `wss://${host}/ws` }, signal, pace);
			await stream.open(host, signal);
			await pace.step(signal);
			await stream.send([writeXml(askTime('abcdefghijkm', host))], signal);
			await stream.receive(signal);
			await pace.step(signal);
			await stream.send([writeXml(askTime('abcdefghijkn', host))], signal);
			await stream.receive(signal);
			await pace.linger();
			await stream.close([]);
		};
		await finish(session());
		gaps.push(...gapsOf(channel.heard.filter(({ text }) => text)));
	}
	expect(gaps).toHaveLength(60);
	expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1500 - 2);
});

test('from one BOSH request to the next, also where the server is only asked whether it has more to say', async () => {
	const shown = await compare(async (way) => {
		let requests = 0;
		const body = (children: string) =>
			`<body xmlns="http://jabber.org/protocol/httpbind" sid="s" xmlns:stream="http://etherx.jabber.org/streams">${children}</body>`;
		const channel = channelOverWays({ [host]: way }, () => {
			requests++;
			if (requests === 1) return [body('<stream:features/>')];
			return [body(requests === 6 ? '<message xmlns="jabber:client"/>' : '')];
		});
		const pace = new Pace();
		const stream = await connect(channel, { kind: 'bosh', url: `https://${host}/http-bind` }, signal, pace);
		await stream.open(host, signal);
		await pace.step(signal);
		await stream.send([writeXml(askTime('abcdefghijkm', host))], signal);
		await stream.receive(signal);
		return gapsOf(channel.heard);
	});
	expect(shown).toBeLessThan(distanceLimit(count));
});

test('from one page of an archive to the next', async () => {
	const features = '<feature xmlns="http://jabber.org/protocol/disco#info" var="urn:xmpp:mam:2"/>';
	const [about] = parseFrame(
		`<iq xmlns="jabber:client"><query xmlns="http://jabber.org/protocol/disco#info">${features}</query></iq>`,
	).stanzas;
	const shown = await compare(async (way) => {
		const heard: Heard[] = [];
		let asked = '';
		const stream = {
			async send([text = '']: string[]) {
				heard.push({ at: performance.now(), server: host, text });
				asked = / id="([^"]*)"/.exec(text)?.[1] ?? '';
			},
			async receive() {
				await new Promise((over) => setTimeout(over, way));
				const page = `<set xmlns="http://jabber.org/protocol/rsm"><first>page-${heard.length}</first></set>`;
				const [end] = parseFrame(
					`<iq xmlns="jabber:client" type="result" id="${asked}"><fin xmlns="urn:xmpp:mam:2" complete="false">${page}</fin></iq>`,
				).stanzas;
				return end;
			},
		};
		const session = { stream, host, about, mostBytes: 10_000 } as unknown as Session;
		const pace = new Pace();
		await recentMessages(session, `room@${host}`, 'none', signal, pace);
		return gapsOf(heard);
	});
	expect(shown).toBeLessThan(distanceLimit(count));
});
