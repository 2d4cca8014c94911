import { expect, it } from 'vitest';
import { relaysIn } from '../../../src/networks/nostr/written-relays.ts';

const fault = (written: string) => {
	try {
		return relaysIn(written);
	} catch (thrown) {
		const { code, detail } = thrown as { code: string; detail: string };
		return [code, detail];
	}
};

it('takes addresses as people write them, each once', () => {
	expect(relaysIn('')).toEqual([]);
	expect(relaysIn(' relay.example,\nwss://Other.example/path،ws://localhost:4869  wss://relay.example/ ')).toEqual([
		'wss://relay.example/',
		'wss://other.example/path',
		'ws://localhost:4869/',
	]);
});

it.each([
	['wss://one.example https://two.example', 'relay-scheme', 'https://two.example'],
	['javascript://alert', 'relay-scheme', 'javascript://alert'],
	['wss://', 'relay-unreadable', 'wss://'],
	['relay:99999', 'relay-unreadable', 'relay:99999'],
	[`wss://relay.example/${'x'.repeat(300)}`, 'relay-unreadable', `wss://relay.example/${'x'.repeat(60)}`],
	['wss://ann:secret@relay.example/', 'relay-login', 'relay.example'],
	['ann@relay.example', 'relay-login', 'relay.example'],
	['wss://relay.example/#me', 'relay-login', 'relay.example'],
	[Array.from({ length: 9 }, (_, at) => `r${at}.example`).join(' '), 'relay-many', '9'],
])('%s is refused as %s', (written, code, detail) => expect(fault(written)).toEqual([code, detail]));
