import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Post } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import { type Prosody, startProsody } from '../../servers/prosody.ts';
import { type Recorder, startRecorder } from '../../servers/recorder.ts';
import { nodeChannel } from '../node-channel.ts';

let prosody: Prosody;
let recorder: Recorder;
beforeAll(async () => {
	prosody = await startProsody();
	recorder = await startRecorder({ target: prosody.httpPort });
	await prosody.room('lobby');
});
afterAll(async () => {
	await recorder?.stop();
	await prosody?.stop();
});

test.each([-2, 2])('a clock that is off the device’s by %i days is refused with its own words, and nothing is said', async (days) => {
	recorder.clear();
	const channel = nodeChannel();
	const seal = vi.fn<Post['seal']>();
	const endpoint = { kind: 'bosh', url: `http://127.0.0.1:${recorder.port}/http-bind` };
	const access = { open: true as const, route: { endpoint, anonymousHost: 'anon.chat.test' }, modes: [], maxPoints: 4096 };
	vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 24 * 3_600_000 });
	try {
		const room = 'xmpp:lobby@muc.chat.test';
		const signal = AbortSignal.timeout(150_000);
		const posting = traffic.transport.post({
			room,
			access,
			hints: { origin: 'https://chat.example' },
			channel,
			signal,
			isHasty: true,
			words: ['maple', 'river', 'stone'],
			original: null,
			seal,
		});
		await expect(posting).rejects.toMatchObject({ code: 'clock-off', detail: 'anon.chat.test' });
	} finally {
		vi.useRealTimers();
		channel.close();
	}
	expect(seal).not.toHaveBeenCalled();
	const sent = recorder.sent().map(({ text }) => text);
	expect([sent.some((text) => text.includes('<message')), sent.some((text) => text.includes('unavailable'))]).toEqual([false, true]);
});
