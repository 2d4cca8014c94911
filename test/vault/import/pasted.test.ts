import { bech32 } from '@scure/base';
import { wordlist as czech } from '@scure/bip39/wordlists/czech.js';
import { wordlist as french } from '@scure/bip39/wordlists/french.js';
import { wordlist as italian } from '@scure/bip39/wordlists/italian.js';
import { wordlist as japanese } from '@scure/bip39/wordlists/japanese.js';
import { wordlist as korean } from '@scure/bip39/wordlists/korean.js';
import { wordlist as portuguese } from '@scure/bip39/wordlists/portuguese.js';
import { wordlist as chinese } from '@scure/bip39/wordlists/simplified-chinese.js';
import { wordlist as spanish } from '@scure/bip39/wordlists/spanish.js';
import { wordlist as traditional } from '@scure/bip39/wordlists/traditional-chinese.js';
import { encrypt } from 'nostr-tools/nip49';
import { describe, expect, test } from 'vitest';
import type { BautaError } from '../../../src/messages/errors.ts';
import { identifyKey, importKey } from '../../../src/vault/import/identify-key.ts';
import { wordsOf } from '../../../src/vault/import/phrase.ts';
import { masterOf, ownRootOfKey, ownRootOfPhrase, shown } from './own-roots.ts';

const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const words = phrase.split(' ');
const key = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const bytes = Buffer.from(key, 'hex');
const nsec = bech32.encode('nsec', bech32.toWords(bytes));
const npub = 'npub1xtv8chx5kvwcr3dszzh59ghyzwhj20wr4yda84fudvky22gu8hnshc5cfw';
const xprv = masterOf(phrase).privateExtendedKey;
const ncryptsec = encrypt(new Uint8Array(bytes), 'a password', 4);

const roman = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];

const refusal = (text: string): BautaError => {
	try {
		identifyKey(text);
	} catch (fault) {
		return fault as BautaError;
	}
	throw new Error('it was read');
};

/** a text broken after so many characters */
const wrapped = (text: string, width: number, end: string) => text.match(new RegExp(`.{1,${width}}`, 'g'))?.join(end) ?? '';

describe('a phrase is read', () => {
	test.each<[string, string]>([
		...[
			',',
			', ',
			'; ',
			';',
			' | ',
			'|',
			'-',
			' - ',
			' / ',
			'.',
			' · ',
			'\t',
			' \r\n\t ',
			'\u00a0',
			'\u3000',
			'\u2028',
			'_',
			'→',
			' > ',
		].map((between): [string, string] => [`with ${JSON.stringify(between)} between its words`, words.join(between)]),
		...['\u200b', '\u200b ', '\u2060', '\ufeff', '\u200d', '\u00ad'].map((between): [string, string] => [
			`with ${escape(between)} between its words`,
			words.join(between),
		]),
		...['1. ', '1) ', '1 ', '1: ', '(1) ', '#1 ', '01. ', '1.', '１．', '① ', '1\n', '- ', '* ', '• ', '– ', '\u2022\t'].map(
			(before): [string, string] => [
				`with ${JSON.stringify(before)} before each word`,
				words.map((word, index) => before.replace(/1|１/, `${index + 1}`) + word).join('\n'),
			],
		),
		...['Word 1: ', 'Wort 1: ', 'Seed word #1 = ', '1\ufe0f\u20e3 ', '1st '].map((before): [string, string] => [
			`with ${JSON.stringify(before)} before each word`,
			words.map((word, index) => before.replace('1', `${index + 1}`) + word).join('\n'),
		]),
		['with letters before each word', words.map((word, index) => `${'abcdefghijkl'[index]}) ${word}`).join('\n')],
		['with Roman numbers', words.map((word, index) => `${roman[index]}. ${word}`).join('\n')],
		['as a list of a web page', `<ol class="seed">${words.map((word) => `<li>${word}</li>`).join('')}</ol>`],
		['with a web page’s spaces', words.join('&nbsp;')],
		['with line ends as a program writes them', words.join('\\n')],
		['under a title', `2024-01-05 our wallet\n\n${words.slice(0, 6).join(' ')}\n${words.slice(6).join(' ')}\n`],
		['written twice', `${phrase}\n${phrase}\n`],
		['in numbered fields of JSON', JSON.stringify(Object.fromEntries(words.map((word, index) => [index + 1, word])))],
		['in a list of fields', JSON.stringify({ words: words.map((word, index) => ({ index, word })) })],
		['numbered without a space', words.map((word, index) => `${index + 1}${word}`).join('')],
		['numbered behind each word', words.map((word, index) => `${word} ${index + 1}`).join(' ')],
		...['"', "'", '`', '“', '«', '„', '(', '[', '```\n'].map((quote): [string, string] => [`in ${quote}`, `${quote}${phrase}${quote}`]),
		['with each word in quotes', words.map((word) => `"${word}"`).join(' ')],
		['as a list of JSON', JSON.stringify(words)],
		['as a list of Python', `['${words.join("', '")}']`],
		['in a field of JSON', JSON.stringify({ wallet: 'mine', data: { mnemonic: phrase, id: 'ab'.repeat(32) } })],
		['with a full stop', `${phrase}.`],
		['with a name', `Seed: ${phrase}`],
		['with a name of its length', `Recovery phrase (12 words):\n\n${phrase}\n`],
		['with a name in another script', `Фраза = ${phrase}`],
		['in capitals', words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(', ')],
		['in full-width letters', phrase.replace('legal', 'ｌｅｇａｌ')],
		['with a mark in front', `\u200b\ufeff${phrase}\u2060`],
		['from right to left', `\u202b${phrase}\u202c\u200f`],
		['with a soft hyphen in a word', phrase.replace('sausage', 'sau\u00adsage')],
		['with a ligature', phrase.replace('useful', 'use\ufb00ul').replace('useﬀul', 'useful')],
		['with a combining joiner', phrase.replace('worth', 'wor\u034fth')],
	])('%s', (_, text) => {
		expect(identifyKey(text)).toMatchObject({ format: 'phrase', summary: '12' });
		if (!/^[{[]/.test(text)) expect(wordsOf(text)).toEqual(words);
	});

	test('and is the same self', async () => {
		const text = words.map((word, index) => `${index + 1}.\u00a0“${word}”`).join('\u200b\n');
		expect(shown((await importKey(text)).root)).toEqual(ownRootOfPhrase(phrase));
	});
});

describe('a phrase that is not right is told so, however it is written', () => {
	const forms: [string, (list: string[]) => string][] = [
		['spaces', (list) => list.join(' ')],
		['commas', (list) => list.join(', ')],
		['numbers', (list) => list.map((word, index) => `${index + 1}. ${word}`).join('\n')],
		['bullets', (list) => list.map((word) => `• ${word}`).join('\n')],
		['quotes', (list) => `“${list.join(' ')}”`],
		['invisible characters', (list) => list.join('\u200b ')],
		['a list of JSON', (list) => JSON.stringify(list)],
		['a name before each', (list) => list.map((word, index) => `Word ${index + 1}: ${word}`).join('\n')],
	];
	test.each(forms)('%s', (_, write) => {
		expect(refusal(write(words.slice(1)))).toMatchObject({ code: 'phrase-count', detail: '11' });
		expect(refusal(write([...words, 'legal']))).toMatchObject({ code: 'phrase-count', detail: '13' });
		expect(refusal(write(words.with(2, 'thnak')))).toMatchObject({ code: 'phrase-word', detail: '3: thnak → thank' });
		expect(refusal(write(words.with(0, 'winner').with(1, 'legal')))).toMatchObject({ code: 'phrase-checksum' });
		// one word again and again is no name before each
		const [many, slip] = [new Array<string>(11).fill('abandon'), '12: abuot → about'];
		expect(refusal(write([...many, 'abuot']))).toMatchObject({ code: 'phrase-word', detail: slip });
		expect(refusal(write([...many.slice(2), 'about']))).toMatchObject({ code: 'phrase-count', detail: '10' });
	});

	test.each(Object.entries({ czech, french, italian, japanese, korean, portuguese, chinese, spanish, traditional }))(
		'one of the %s list is named as of another language',
		(_, list) => {
			for (let start = 0; start < 2048; start += 61) {
				const row = Array.from({ length: 12 }, (_, index) => list[(start + index * 170) % 2048] as string);
				for (const text of [
					row.join(' '),
					row.join(', '),
					row.map((word, index) => `${index + 1}. ${word}`).join('\n'),
					row.join('\u3000'),
				])
					expect(refusal(text)).toMatchObject({ code: 'phrase-language', detail: '' });
			}
		},
	);

	test('Chinese without spaces too', () => {
		for (const list of [chinese, traditional]) expect(refusal(list.slice(40, 64).join('')).code).toBe('phrase-language');
	});

	test('a row that is right but for what stands before it is taken for no other', () => {
		// the last twelve, or all but the first line, are a phrase of their own, and not this one
		const long = `${words.with(0, 'lega').join(' ')}\n${phrase}`;
		expect(refusal(long)).toMatchObject({ code: 'phrase-word', detail: '1: lega → legal' });
		// whose every second word is the same
		const same = 'abandon '.repeat(23);
		expect(identifyKey(`${same}art`)).toMatchObject({ format: 'phrase', summary: '24' });
	});

	test.each([
		'Hello, this is a letter to you, and not a phrase.',
		'I would like to be told what this is, if it is to be read.',
		'see https://example.org/wave/thank/year',
	])('a sentence is none: %s', (text) => {
		expect(refusal(text).code).toBe('key-unknown');
	});
});

const around = (text: string): [string, string][] => [
	['bare', text],
	['wrapped', wrapped(text, 40, '\n')],
	['wrapped and quoted in a mail', `> ${wrapped(text, 30, '\r\n> ')}`],
	['indented', wrapped(text, 24, '\n    ')],
	['in quoted-printable', wrapped(text, 50, '=\r\n')],
	['in groups', wrapped(text, 4, ' ')],
	['in quotes', `"${text}"`],
	['in angles', `<${text}>`],
	['in Markdown', `\`${text}\``],
	['with an invisible character behind it', `${text}\u200b`],
	['with one in front', `\u2060\ufeff${text}`],
	['with one in it', `${text.slice(0, 20)}\u00ad${text.slice(20)}`],
	['with a full stop', `${text}.`],
	['with a name', `Secret key: ${text}`],
	['with an equals sign', `KEY="${text}"`],
	['in a field of JSON', JSON.stringify({ version: 1, keys: { privateKey: text, pubkey: 'ab'.repeat(32) } })],
	['in full-width letters', text.replace(/[0-9a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))],
];

describe('an nsec is read', () => {
	test.each([
		...around(nsec),
		['behind its own name', `nsec: ${nsec}`],
		['behind a scheme', `nostr:${nsec}`],
		['behind a scheme with slashes', `nostr://${nsec}`],
		['beside its npub', `npub: ${npub}\nnsec: ${nsec}\n`],
		['in a sentence', `My key is ${nsec}, keep it safe!`],
		['twice', `${nsec}\n${nsec}`],
		['in capitals', nsec.toUpperCase()],
		['with the keyboard’s capital', nsec.replace('n', 'N')],
	])('%s', (_, text) => {
		expect(identifyKey(text)).toMatchObject({ format: 'nsec', summary: npub });
	});
});

describe('so are', () => {
	test.each([...around(ncryptsec), ['behind its own name', `ncryptsec: ${ncryptsec}`], ['beside an npub', `${npub} ${ncryptsec}`]])(
		'an ncryptsec %s',
		(_, text) => {
			expect(identifyKey(text).format).toBe('ncryptsec');
		},
	);

	test('a wrapped ncryptsec, which opens', async () => {
		expect(shown((await importKey(wrapped(ncryptsec, 60, '\n'), 'a password')).root)).toEqual(ownRootOfKey(key));
	});

	test.each([...around(xprv), ['behind its own name', `xprv: ${xprv}`], ['in a descriptor', `pkh(${xprv}/44h/0h/0h/0/*)#abcdefgh`]])(
		'an xprv %s',
		(_, text) => {
			expect(identifyKey(text)).toMatchObject({ format: 'xprv', summary: identifyKey(xprv).summary });
		},
	);

	const pairs = key.match(/../g) ?? [];
	test.each([
		...around(key),
		['with colons', pairs.join(':')],
		['with 0x and a space', `0x ${key}`],
		['with 0X', `0X${key.toUpperCase()}`],
		['with 0x before each byte', pairs.map((pair) => `0x${pair}`).join(', ')],
		['with \\x before each byte', pairs.map((pair) => `\\x${pair}`).join('')],
		['with a name and colons', `priv:\n    ${wrapped(pairs.join(':'), 45, '\n    ')}`],
		['as a list of bytes', JSON.stringify([...bytes])],
		['as bare numbers', [...bytes].join(' ')],
		['as a browser shows bytes', `Uint8Array(32) [${[...bytes].join(', ')}]`],
		['as Node shows bytes', `<Buffer ${pairs.join(' ')}>`],
		['as Python shows bytes', `b'${pairs.map((pair) => `\\x${pair}`).join('')}'`],
	])('hex %s', (_, text) => {
		expect(identifyKey(text)).toMatchObject({ format: 'hex', summary: `${npub} · 0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b` });
	});
});

describe('what is in the way of a single key is told', () => {
	test.each([
		['key-many', `${nsec} ${bech32.encode('nsec', bech32.toWords(new Uint8Array(32).fill(7)))}`],
		['key-many', `${nsec}\n${ncryptsec}`],
		['key-many', `Private: ${key}\nPublic: ${'ab'.repeat(32)}`],
		['key-many', JSON.stringify([{ data: phrase }, { data: words.with(2, 'legal').join(' ') }, { data: key }])],
		['key-public', `npub: ${npub}`],
		['key-public', `<${wrapped(npub, 30, '\n')}>`],
		['key-public', npub.toUpperCase()],
		['key-public', `Public key: ${key}`],
		['key-public', `Address: 0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b`],
		['key-checksum', `nsec: ${nsec.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))}`],
		['key-checksum', `"${wrapped(nsec.slice(0, -1), 30, '\n')}"`],
		['key-checksum', `nSec1${nsec.slice(5)}`],
		[
			'key-checksum',
			`xprv: ${wrapped(
				xprv.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
				60,
				'\n',
			)}`,
		],
		['key-hex', wrapped(`${key.slice(1)}g`, 8, ' ')],
		['key-length', wrapped(key.slice(2), 8, ' ')],
		['key-length', `Private key: ${key.slice(1)}`],
		['key-network', 'WIF: L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ'],
		['key-file', '{\\rtf1\\ansi legal winner thank}'],
	])('%s', (code, text) => {
		expect(refusal(text)).toMatchObject({ code });
	});

	test('and nothing of the key is in what is told', () => {
		for (const text of [
			`nsec: ${nsec.slice(0, -1)}`,
			wrapped(`${key.slice(1)}g`, 8, ' '),
			xprv.slice(0, -1),
			words.slice(1).join(', '),
			words.with(0, 'winner').with(1, 'legal').join('; '),
			'ábaco, '.repeat(12),
			`${nsec} ${ncryptsec}`,
		]) {
			const { message, detail } = refusal(text);
			for (const piece of text.match(/[a-z0-9]{5,}/gi) ?? []) expect(`${message} ${detail}`).not.toContain(piece);
		}
	});
});
