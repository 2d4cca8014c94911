import { beforeEach, expect, test, vi } from 'vitest';
import { converse } from '../../src/frontends/converse.ts';
import { nostrchat } from '../../src/frontends/nostrchat.ts';

/** the rules in force, by the room that they close */
const rules = new Map<string, string>();
const gate = { rooms: [] as { address: string }[] };
vi.mock('../../src/content/page/page-style.ts', () => ({
	setRules: (key: string, css: string) => (css ? rules.set(key, css) : rules.delete(key)),
}));
vi.mock('../../src/content/tap-link.ts', () => ({
	setGate: async (rooms: { address: string }[]) => {
		gate.rooms = rooms;
	},
}));

beforeEach(() => {
	rules.clear();
	vi.resetModules();
	vi.stubGlobal('CSS', { escape: (text: string) => text });
});

test('where one room is shown at a time, the composer of another room than the closed one is not hidden, and the gate goes on', async () => {
	const { closeRoom, followShownRooms } = await import('../../src/content/closed-rooms.ts');
	const [closed, other] = [
		{ network: 'nostr', address: '28:aa' },
		{ network: 'nostr', address: '28:bb' },
	] as const;
	await closeRoom(nostrchat, closed);
	followShownRooms(nostrchat, [closed]);
	expect(rules.size).toBe(1);
	followShownRooms(nostrchat, [other]);
	expect(rules.size).toBe(0);
	expect(gate.rooms).toEqual([closed]);
	// a page that is building a room shows none for a moment
	followShownRooms(nostrchat, [closed]);
	followShownRooms(nostrchat, []);
	expect(rules.size).toBe(1);
});

test('a rule that names its room stays whatever the page shows', async () => {
	const { closeRoom, followShownRooms } = await import('../../src/content/closed-rooms.ts');
	await closeRoom(converse, { network: 'xmpp', address: 'one@muc.chat.test' });
	followShownRooms(converse, [{ network: 'xmpp', address: 'two@muc.chat.test' }]);
	expect(rules.size).toBe(1);
});
