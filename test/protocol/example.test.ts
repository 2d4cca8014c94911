import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleMarks, protocolExample, withExample } from '../../scripts/protocol-example.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { encodeChatMessage } from '../../src/protocol/status/status.ts';
import { chatKeyText, publicChat, threeWordIndices } from '../../src/protocol/status/status-key.ts';
import { shouldPush, type XmtpContent } from '../../src/protocol/xmtp.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/protocol.md'), 'utf8');

describe('docs/protocol.md', () => {
	it('has the worked example as the code makes it, byte for byte', () => {
		const shown = page.slice(page.indexOf(exampleMarks[0]) + exampleMarks[0].length, page.indexOf(exampleMarks[1])).trim();
		expect(shown).toBe(protocolExample());
		expect(withExample(page)).toBe(page);
		expect(shown).toContain('"verdict":"mine","kind":"one-time","generation":46');
		expect(shown).toContain('{"verdict":"foreign"}');
	});

	it('has in its appendix what the code makes of Status’s names and rooms, and when XMTP pushes', () => {
		const key = keyPair(Uint8Array.of(...new Uint8Array(31), 1)).publicKey;
		const { contentTopic, symmetricKey } = publicChat('status');
		const [first, second, third] = threeWordIndices(key);
		for (const value of [chatKeyText(key), contentTopic, toHex(symmetricKey), `places ${first}, ${second} and ${third},`])
			expect(page).toContain(value);
		const [yes = '', no = ''] = (page.split('| true | false |\n|---|---|\n|')[1] ?? '').split('|');
		const kinds = (cell: string) =>
			cell.split(',').map((kind) => kind.trim().replace(/ (.)/g, (_, letter: string) => letter.toUpperCase()) as XmtpContent);
		expect([kinds(yes).map(shouldPush), kinds(no).map(shouldPush)]).toEqual([Array(9).fill(true), Array(6).fill(false)]);
	});

	it('has in its appendix the fields by which the code writes', () => {
		const bare = { clock: 0, timestamp: 0, text: '', responseTo: '', chatId: '', messageType: 0, contentType: 0 };
		const none = { ...bare, derivationIndex: null, anonymousSignature: null, envelope: null };
		const begins = (bytes: Uint8Array, length: number) => (toHex(bytes.subarray(0, length)).match(/../g) ?? []).join(' ');
		const [index, sealed, envelope] = [
			encodeChatMessage({ ...none, derivationIndex: 1n }),
			encodeChatMessage({ ...none, anonymousSignature: new Uint8Array(178) }),
			encodeChatMessage({ ...none, envelope: new Uint8Array(94) }),
		];
		expect(page).toContain(`Solution 1: x. Key bytes \`${begins(index, 2)}\``);
		expect(page).toContain(`178 bytes. Begins with \`${begins(sealed, 4)}\``);
		expect(page).toContain(`94 bytes. Begins with \`${begins(envelope, 3)}\``);
	});

	it('names every file of src/protocol', async () => {
		const { readdirSync } = await import('node:fs');
		const folder = resolve(import.meta.dirname, '../../src/protocol');
		const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
		expect(names.length).toBeGreaterThan(20);
		for (const name of names) expect(page).toContain(`\`${name}\``);
	});
});
