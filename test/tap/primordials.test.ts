import { expect, test } from 'vitest';
import { randomUuid } from '../../src/tap/primordials.ts';

test('a random id has the form of RFC 9562, version 4, as the page’s own have', () => {
	const ids = Array.from({ length: 200 }, randomUuid);
	for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
	expect(new Set(ids).size).toBe(200);
	expect(new Set(ids.map((id) => id[19])).size).toBe(4);
});
