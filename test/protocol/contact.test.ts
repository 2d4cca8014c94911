import { HDKey } from '@scure/bip32';
import { describe, expect, it } from 'vitest';
import { rootFromPhrase } from '../../src/protocol/account/root.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { node } from '../../src/protocol/node.ts';
import { questionText, readQuestion } from '../../src/protocol/proofs/challenge.ts';
import { contactKey, contactText, readContact } from '../../src/protocol/proofs/contact.ts';
import { testPhrase } from '../setup.ts';
import { random, rootOf } from './samples.ts';

describe('a contact key', () => {
	it('stands on a hardened branch of its own below A, as another library derives it', () => {
		const root = rootFromPhrase(testPhrase);
		const other = new HDKey({ privateKey: root.privateKey.slice(), chainCode: root.chainCode.slice() });
		for (const renewal of [0, 1, 2, 2 ** 31 - 1]) {
			const { privateKey, publicKey } = contactKey(root, renewal);
			const derived = other.derive(`m/2147483647'/${renewal}'`);
			expect(toHex(privateKey)).toBe(toHex(derived.privateKey ?? new Uint8Array()));
			expect(toHex(publicKey)).toBe(toHex(derived.publicKey ?? new Uint8Array()));
		}
		expect(contactText(contactKey(root, 0).publicKey)).toBe('bauta-contact:1:An9L1LwaW_ppjf6BP--3o6vzL_ikboP6RjnNnzPt4px6');
		expect(() => contactKey(root, 2 ** 31)).toThrow('path-range');
	});

	it('has one text form, which is read whole or not at all', () => {
		const { publicKey } = contactKey(rootOf(1), 0);
		const text = contactText(publicKey);
		expect(text).toHaveLength(16 + 44);
		expect(readContact(text)).toEqual(publicKey);
		expect(() => readContact(text.slice(0, -4))).toThrow('too short');
		expect(() => readContact(`${text}AAAA`)).toThrow('bytes left over');
		expect(() => readContact(contactText(new Uint8Array(33)))).toThrow('not a public key');
		expect(() => readContact(text.replace('contact', 'proof'))).toThrow('unknown form');
		expect(() => contactText(new Uint8Array(32))).toThrow('bytes-length');
	});

	it('leaves the root as it is', () => {
		const { privateKey, chainCode } = rootOf(2);
		const root = node(privateKey.slice(), chainCode.slice());
		contactKey(root, 3);
		expect([root.privateKey, root.chainCode]).toEqual([privateKey, chainCode]);
	});
});

describe('the question of a challenge', () => {
	const question = {
		...{ room: 'xmpp:room@muc.example.org', authorKey: contactKey(rootOf(3), 0).publicKey },
		...{ verifier: 'xmpp:ada@example.org', challenge: random(32), issuedAt: 1_795_300_200 },
	};
	it('is read as it was written, and no byte more or less', () => {
		const text = questionText(question);
		expect(text).toMatch(/^bauta-ask:1:[\w-]+$/);
		expect(readQuestion(text)).toEqual(question);
		expect(() => readQuestion(`${text.slice(0, -3)}`)).toThrow();
		expect(() => readQuestion(text.replace('ask', 'challenge'))).toThrow('unknown form');
	});
});
