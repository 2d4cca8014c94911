import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { naddrEncode, neventEncode, noteEncode, npubEncode } from 'nostr-tools/nip19';
import { describe, expect, it } from 'vitest';
import { coordinateIn, eventIdIn } from '../../src/frontends/nip19.ts';
import { nostrudel } from '../../src/frontends/nostrudel.ts';

const id = 'ab'.repeat(32);
const ids = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);

describe('names of NIP-19', () => {
	it('are read as nostr-tools writes them, with relays and without', () => {
		fc.assert(
			fc.property(ids, fc.array(fc.webUrl(), { maxLength: 2 }), (hex, relays) => {
				expect(eventIdIn(noteEncode(hex))).toBe(hex);
				expect(eventIdIn(neventEncode({ id: hex, relays, author: hex, kind: 40 }))).toBe(hex);
			}),
			{ numRuns: 30 },
		);
		fc.assert(
			fc.property(ids, fc.string({ maxLength: 60, unit: 'grapheme' }), fc.nat(65535), (pubkey, identifier, kind) => {
				const name = naddrEncode({ kind, pubkey, identifier, relays: ['wss://relay.test'] });
				expect(coordinateIn(name)).toBe(`${kind}:${pubkey}:${identifier}`);
			}),
			{ numRuns: 30 },
		);
	});
	it('name nothing where something else stands', () => {
		const others = [
			'',
			'npub1',
			'nevent1qqqqqqq',
			'naddr1qqqqqqqqqqqq',
			noteEncode(id),
			npubEncode(id).slice(0, -8),
			`${id}0`,
			'30311:ab:c',
		];
		for (const text of others) expect(coordinateIn(text)).toBe('');
		for (const text of [npubEncode(id), 'note1qqqqqqqq', 'nevent1qqqqqqq', id.slice(1)]) expect(eventIdIn(text)).toBe('');
	});
	it('of any form are read without a fault', () => {
		fc.assert(
			fc.property(fc.constantFrom('npub', 'note', 'nevent', 'naddr'), fc.stringMatching(/^[02-9ac-hj-np-z]{0,200}$/), (prefix, data) => {
				for (const read of [eventIdIn, coordinateIn]) expect(read(`${prefix}1${data}`)).toMatch(/^$|^[0-9a-f]{64}$|^\d+:[0-9a-f]{64}:/);
			}),
		);
	});
});

describe('the room of an address of noStrudel', () => {
	const roomAt = (pathname: string) => {
		const document = { location: { pathname }, querySelector: () => ({ parentElement: {} }) } as unknown as Document;
		return nostrudel.openRooms(document)[0]?.room.address;
	};
	it.each([
		[`/channels/${neventEncode({ id })}`, `28:${id}`],
		[`/nostrudel/channels/${noteEncode(id)}`, `28:${id}`],
		[`/channels/${id}`, `28:${id}`],
		["/groups/groups.example.com'pizza", "29:groups.example.com'pizza"],
		['/groups/groups.example.com', "29:groups.example.com'_"],
		[`/groups/${encodeURIComponent("ws://127.0.0.1:4869'lab")}`, "29:ws://127.0.0.1:4869'lab"],
		[`/streams/${naddrEncode({ kind: 30311, pubkey: id, identifier: 'the talk' })}`, `53:30311:${id}:the talk`],
		[`/streams/${encodeURIComponent(`30311:${id}:talk`)}`, `53:30311:${id}:talk`],
	])('%s', (path, address) => expect(roomAt(path)).toBe(address));
	it.each([
		'/',
		'/channels',
		'/channels/explore',
		'/groups/explore',
		'/streams/moderation',
		`/n/${neventEncode({ id })}`,
		`/u/${npubEncode(id)}`,
	])('%s has none', (path) => expect(roomAt(path)).toBeUndefined());
});
