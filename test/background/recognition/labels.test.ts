import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const site = 'https://chat.test';
const address = 'lobby@muc.chat.test';
const room = `xmpp:${address}`;
const now = 1_795_291_110;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

function message(id: string): IncomingMessage {
	const { wire } = composeMessage({
		mode: 'no-trace',
		transport: 'recoverable',
		room,
		text: 'x',
		replyTo: '',
		now,
		generation: null,
		random,
	});
	return { room, id, archiveId: '', author: `${room}/x`, bodies: ['x'], replyTo: '', time: now, wires: [wire] };
}
/** Turns of the fake clock, in ms, until it is done. */
async function waits(work: Promise<unknown>): Promise<number> {
	let done = false;
	void work.then(() => {
		done = true;
	});
	for (let ms = 0; ; ms += 10) {
		for (let turn = 0; turn < 200; turn++) await Promise.resolve();
		if (done || ms > 5000) return ms;
		await vi.advanceTimersByTimeAsync(10);
	}
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	vi.useFakeTimers();
});

test('labels come at a time that tells nothing of what was found, also when it was found before', async () => {
	const { labelNew, labelAll } = await import('../../../src/background/recognition/labels.ts');
	const made = Array.from({ length: 10 }, (_, at) => message(String(at)));
	expect(await waits(labelNew(site, made))).toBeGreaterThanOrEqual(120);
	const again = labelAll(site, { network: 'xmpp', address });
	expect(await waits(again)).toBe(120);
	expect(await again).toHaveLength(10);
	expect(await waits(labelNew(site, made))).toBe(120);
});
