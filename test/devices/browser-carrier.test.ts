import { expect, test, vi } from 'vitest';

vi.mock('../../src/platform/api/browser.ts', () => ({ browser: {} }));

import { browserCarrier, type SyncArea } from '../../src/devices/browser-carrier.ts';
import { randomKey } from '../../src/devices/device-key.ts';

/** `storage.sync` with the limits that Chromium's documentation states and its errors' own words. */
function area() {
	const items = new Map<string, string>();
	const writes: number[] = [];
	let now = 0;
	const sizeOf = (key: string, value: string) => key.length + new TextEncoder().encode(JSON.stringify(value)).length;
	function count() {
		if (writes.filter((at) => at > now - 60_000).length >= 120)
			throw new Error('This request exceeds the MAX_WRITE_OPERATIONS_PER_MINUTE quota.');
		writes.push(now);
	}
	const sync: SyncArea = {
		get: async () => Object.fromEntries(items),
		async set(added) {
			count();
			const after = new Map([...items, ...Object.entries(added)]);
			for (const [key, value] of Object.entries(added))
				if (sizeOf(key, value) > 8192) throw new Error('QUOTA_BYTES_PER_ITEM quota exceeded');
			if ([...after].reduce((sum, [key, value]) => sum + sizeOf(key, value), 0) > 102_400) throw new Error('QUOTA_BYTES quota exceeded');
			for (const [key, value] of Object.entries(added)) items.set(key, value);
		},
		async remove(keys) {
			count();
			for (const key of keys) items.delete(key);
		},
	};
	return {
		sync,
		items,
		writes,
		later: (ms: number) => {
			now += ms;
		},
	};
}

const name = (digit: string) => digit.repeat(32);

test('texts of any size come back whole, each place on its own', async () => {
	const { sync, items } = area();
	const carrier = browserCarrier(sync);
	const [one, other] = [randomKey(), randomKey()];
	await carrier.write(one, name('a'), 'x'.repeat(30_000));
	await carrier.write(one, name('b'), 'short');
	await carrier.write(other, name('a'), 'elsewhere');
	expect((await carrier.read(one)).sort()).toEqual(['short', 'x'.repeat(30_000)]);
	expect(await carrier.read(other)).toEqual(['elsewhere']);
	await carrier.write(one, name('a'), 'y'.repeat(9000));
	expect((await carrier.read(one)).sort()).toEqual(['short', 'y'.repeat(9000)]);
	expect([...items.keys()].filter((key) => key.includes(name('a'))).length).toBe(3);
	await carrier.clear(one);
	expect(await carrier.read(one)).toEqual([]);
	expect(await carrier.read(other)).toEqual(['elsewhere']);
});

test('a text of which only some items have arrived, or of two versions mixed, is none', async () => {
	const { sync, items } = area();
	const carrier = browserCarrier(sync);
	const place = randomKey();
	await carrier.write(place, name('a'), 'x'.repeat(20_000));
	const second = [...items.keys()][1] as string;
	const kept = items.get(second) as string;
	items.delete(second);
	expect(await carrier.read(place)).toEqual([]);
	items.set(second, kept.replace(/^[0-9a-f]{8}/, '00000000'));
	expect(await carrier.read(place)).toEqual([]);
	items.set(second, kept.replace('xxx', 'yyy'));
	expect(await carrier.read(place)).toEqual([]);
	items.set(second, kept);
	expect(await carrier.read(place)).toHaveLength(1);
});

test('full is told from too often, and what was there before stays', async () => {
	const { sync, later } = area();
	const carrier = browserCarrier(sync);
	const place = randomKey();
	await carrier.write(place, name('a'), 'kept');
	await expect(carrier.write(place, name('b'), 'x'.repeat(120_000))).rejects.toMatchObject({ code: 'sync-full' });
	expect(await carrier.read(place)).toEqual(['kept']);
	for (let turn = 2; turn < 120; turn++) await carrier.write(place, name('a'), String(turn));
	await expect(carrier.write(place, name('a'), 'once more')).rejects.toMatchObject({ code: 'sync-busy' });
	later(61_000);
	await carrier.write(place, name('a'), 'later');
	expect(await carrier.read(place)).toEqual(['later']);
});

test('a text costs one write, however many items it takes', async () => {
	const { sync, writes } = area();
	await browserCarrier(sync).write(randomKey(), name('a'), 'x'.repeat(40_000));
	expect(writes).toHaveLength(1);
});
