/** Keystores as one maker or another wrote them, each with a right mac and password: what the format allows, and its common slips. */
import { createCipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, test } from 'vitest';
import { identifyKey, importKey } from '../../../src/vault/import/identify-key.ts';
import { ownRootOfKey, shown } from './own-roots.ts';

const key = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const address = '008aeeda4d805471df9b2a5b0f38a0c3bcba786b';
const salt = 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd';
const iv = '6087dab2f9fdbbfaddc31a909735c1e6';

interface Make {
	content?: Uint8Array;
	password?: string;
	iv?: string;
	salt?: string;
	dklen?: number;
	hash?: (bytes: Uint8Array) => Uint8Array;
}

/** A keystore of pbkdf2, made by Node alone but for Keccak. */
function make(order: Make = {}) {
	const { content = Buffer.from(key, 'hex'), password = 'a password', dklen = 32, hash = keccak_256 } = order;
	const derived = pbkdf2Sync(password, Buffer.from(order.salt ?? salt, 'hex'), 1024, dklen, 'sha256');
	const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.from(order.iv ?? iv, 'hex'));
	const ciphertext = Buffer.concat([cipher.update(content), cipher.final()]);
	const mac = Buffer.from(hash(Buffer.concat([derived.subarray(16, 32), ciphertext]))).toString('hex');
	const kdfparams: Record<string, unknown> = { c: 1024, dklen, prf: 'hmac-sha256', salt: order.salt ?? salt };
	const cipherparams: Record<string, unknown> = { iv: order.iv ?? iv };
	const crypto = { cipher: 'aes-128-ctr', cipherparams, ciphertext: ciphertext.toString('hex'), kdf: 'pbkdf2', kdfparams, mac };
	return { version: 3, id: '3198bc9c-6672-5ab3-d995-4942343ae5b6', address, crypto };
}
type Keystore = ReturnType<typeof make>;

const changed = (change: (file: Keystore) => void, order?: Make): Keystore => {
	const file = make(order);
	change(file);
	return file;
};
const rename = (value: unknown, name: (name: string) => string): unknown =>
	typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).map(([field, member]) => [name(field), rename(member, name)]))
		: value;
/** A keystore whose bytes are written another way than in hex. */
const withBytes = (write: (bytes: Buffer) => unknown): Keystore =>
	changed(({ crypto }) => {
		const written = (hex: unknown) => write(Buffer.from(String(hex), 'hex'));
		Object.assign(crypto, { ciphertext: written(crypto.ciphertext), mac: written(crypto.mac) });
		Object.assign(crypto.cipherparams, { iv: written(crypto.cipherparams.iv) });
		Object.assign(crypto.kdfparams, { salt: written(crypto.kdfparams.salt) });
	});
const firstUp = (text: string) => text.replace(/^./, (letter) => letter.toUpperCase());
const withoutZeros = (hex: string) => hex.replace(/^(00)+/, '');

/** An order whose ciphertext or mac begins with a zero byte, found by trying salts. */
function orderWith(isRight: (file: Keystore) => boolean): Make {
	for (let index = 0; ; index++) {
		const order = { salt: createHash('sha256').update(`${index}`).digest('hex') };
		if (isRight(make(order))) return order;
	}
}
const zeroText = orderWith((file) => file.crypto.ciphertext.startsWith('00'));
const zeroMac = orderWith((file) => file.crypto.mac.startsWith('00'));

const forms: Record<string, unknown> = {
	plain: make(),
	'without an address': { ...make(), address: undefined },
	'with an address of another kind': { ...make(), address: 'XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS' },
	'with a mixed address': { ...make(), address: '0X008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b' },
	'dklen 64': make({ dklen: 64 }),
	'dklen 48': make({ dklen: 48 }),
	'no dklen': changed(({ crypto }) => {
		delete crypto.kdfparams.dklen;
	}),
	'version "3"': { ...make(), version: '3' },
	'version 3.0': { ...make(), version: '3.0' },
	'version V3': { ...make(), version: 'V3' },
	'numbers in groups': changed(({ crypto }) => Object.assign(crypto.kdfparams, { c: '1,024' })),
	'nothing for what may be left out': changed(({ crypto }) => Object.assign(crypto.kdfparams, { dklen: null, prf: null })),
	'names with spaces': rename(make(), (name) => ` ${name.replace('params', ' params')} `),
	'its block as a text': changed((file) => Object.assign(file, { crypto: JSON.stringify(file.crypto) })),
	'bytes in a list': withBytes((bytes) => [...bytes]),
	'bytes as Node writes them': withBytes((bytes) => bytes.toJSON()),
	'colons between bytes': withBytes((bytes) => bytes.toString('hex').replace(/..(?=.)/g, '$&:')),
	'numbers as text': changed(({ crypto }) => Object.assign(crypto.kdfparams, { c: '1024', dklen: '32' })),
	'numbers as hex': changed(({ crypto }) => Object.assign(crypto.kdfparams, { c: '0x400', dklen: '0x20' })),
	'names in capitals': rename(make(), (name) => name.toUpperCase()),
	'names with a capital': rename(make(), firstUp),
	'names in camel case': rename(make(), (name) => ({ cipherparams: 'cipherParams', kdfparams: 'kdfParams', dklen: 'dkLen' })[name] ?? name),
	'names with lines': rename(make(), (name) => ({ cipherparams: 'cipher_params', kdfparams: 'kdf-params', dklen: 'dk_len' })[name] ?? name),
	'in a list': [make()],
	'in a field': { accounts: [{ label: 'mine', keystore: make() }] },
	'as a text in JSON': JSON.stringify(make()),
};
for (const prefix of ['0x', '0X'])
	forms[`${prefix} before all hex`] = changed(({ crypto }) => {
		crypto.ciphertext = prefix + crypto.ciphertext;
		crypto.mac = prefix + crypto.mac;
		crypto.cipherparams.iv = prefix + crypto.cipherparams.iv;
		crypto.kdfparams.salt = prefix + crypto.kdfparams.salt;
	});
for (const prf of ['HMAC-SHA256', 'hmac-sha-256', 'HmacSHA256', 'hmac_sha256', 'sha256'])
	forms[`prf ${prf}`] = changed(({ crypto }) => Object.assign(crypto.kdfparams, { prf }));
forms['no prf'] = changed(({ crypto }) => {
	delete crypto.kdfparams.prf;
});
for (const [cipher, kdf] of [
	['AES-128-CTR', 'PBKDF2'],
	['aes_128_ctr', 'Pbkdf2'],
	['aes128ctr', 'PBKDF-2'],
	['aes-128-ctr', 'PBKDF2WithHmacSHA256'],
	['aes-128-ctr', 'pbkdf2-sha256'],
] as const)
	forms[`${cipher}, ${kdf}`] = changed(({ crypto }) => Object.assign(crypto, { cipher, kdf }));
for (const zeros of ['00', '0000', '0', '000000']) {
	const full = zeros + iv.slice(zeros.length);
	for (const cut of [full.replace(/^0+/, ''), withoutZeros(full)])
		forms[`iv ${cut}`] = changed(({ crypto }) => Object.assign(crypto.cipherparams, { iv: cut }), { iv: full });
}
const zeroSalt = `00${salt.slice(2)}`;
forms['a salt without its zero'] = changed(({ crypto }) => Object.assign(crypto.kdfparams, { salt: zeroSalt.slice(2) }), {
	salt: zeroSalt,
});
forms['a salt that is short'] = make({ salt: salt.slice(2) });
forms['a mac without its zero'] = changed(({ crypto }) => {
	crypto.mac = withoutZeros(crypto.mac);
}, zeroMac);
forms['a ciphertext without its zero'] = changed(({ crypto }) => {
	crypto.ciphertext = withoutZeros(crypto.ciphertext);
}, zeroText);
forms['the key as hex'] = make({ content: Buffer.from(key) });
forms['the key as hex with 0x'] = make({ content: Buffer.from(`0x${key}`) });
forms['the key as hex, and a line end'] = make({ content: Buffer.from(`${key}\r\n`) });
forms['the key with Java’s zero for its sign'] = make({ content: Buffer.from(`00${key}`, 'hex') });
forms['a mac of SHA3-256'] = make({ hash: (bytes) => createHash('sha3-256').update(bytes).digest() });

describe('a keystore opens', () => {
	test.each(Object.entries(forms))('%s', async (_, file) => {
		const text = JSON.stringify(file);
		expect(identifyKey(text).format).toBe('keystore');
		expect(shown((await importKey(text, 'a password')).root)).toEqual(ownRootOfKey(key));
		await expect(importKey(text, 'another')).rejects.toMatchObject({ code: 'key-passphrase-wrong' });
	});

	test('of eth-keyfile 0.8.1, which cut the zero off its iv', async () => {
		const text = readFileSync(new URL('../../vectors/keystore/eth-keyfile-0.8.1-short-iv.json', import.meta.url)).toString();
		expect(shown((await importKey(text, 'testpassword')).root)).toEqual(ownRootOfKey(key));
	});

	test('a key that begins with a zero and lost it', async () => {
		const short = `00${key.slice(2)}`;
		const text = JSON.stringify({ ...make({ content: Buffer.from(short.slice(2), 'hex') }), address: undefined });
		expect(shown((await importKey(text, 'a password')).root)).toEqual(ownRootOfKey(short));
	});

	const whole = JSON.stringify(make(), null, 2);
	test.each([
		['curly quotes', whole.replace(/"/g, (_, at: number) => (at % 2 ? '“' : '”'))],
		['Python’s quotes', whole.replace(/"/g, "'")],
		['no-break spaces', whole.replace(/ /g, '\u00a0')],
		['invisible characters', whole.replace(/\n/g, '\u200b\n\ufeff')],
		['Windows’ lines', `${whole.replace(/\n/g, '\r\n')}\r\n`],
		['a mark in front', `\ufeff${whole}`],
		['a broken ciphertext', whole.replace(/(ciphertext": "[0-9a-f]{20})/, '$1\r\n')],
		['a web page’s quotes', whole.replace(/"/g, '&quot;')],
		['escaped quotes', whole.replace(/\n\s*/g, '').replace(/"/g, '\\"')],
		['names without quotes', whole.replace(/"(\w+)":/g, '$1:')],
		['a comma behind the last field', whole.replace(/\n}$/, ',\n}')],
		['a line before it and one behind it', `$ cat key.json\n${whole}%\n`],
		['a field of its own', JSON.stringify({ keystore: whole })],
	])('pasted with %s', async (_, text) => {
		expect(shown((await importKey(text, 'a password')).root)).toEqual(ownRootOfKey(key));
	});

	test('with a password in another normal form, or with a space behind it', async () => {
		for (const [made, typed] of [
			['pässwörd'.normalize('NFD'), 'pässwörd'.normalize('NFC')],
			['pässwörd'.normalize('NFC'), 'pässwörd'.normalize('NFD')],
			['ﬁrst', 'ﬁrst'],
			['a password', 'a password '],
			['a password ', 'a password '],
		] as const)
			expect(shown((await importKey(JSON.stringify(make({ password: made })), typed)).root)).toEqual(ownRootOfKey(key));
	});
});

describe('a keystore is refused, with the part that is wrong', () => {
	test.each<[string, string, (file: Keystore) => void]>([
		['keystore-broken', 'kdfparams.dklen', ({ crypto }) => Object.assign(crypto.kdfparams, { dklen: 16 })],
		['keystore-broken', 'kdfparams.c', ({ crypto }) => Object.assign(crypto.kdfparams, { c: '' })],
		['keystore-broken', 'kdfparams.c', ({ crypto }) => Object.assign(crypto.kdfparams, { c: 10.5 })],
		['keystore-broken', 'kdfparams.salt', ({ crypto }) => Object.assign(crypto.kdfparams, { salt: 'no hex' })],
		['keystore-broken', 'cipherparams.iv', ({ crypto }) => Object.assign(crypto.cipherparams, { iv: '' })],
		['keystore-broken', 'cipherparams.iv', ({ crypto }) => Object.assign(crypto.cipherparams, { iv: `${iv}00` })],
		['keystore-kdf', 'hmac-sha512', ({ crypto }) => Object.assign(crypto.kdfparams, { prf: 'hmac-sha512' })],
		['keystore-kdf', 'aes-128-cbc', ({ crypto }) => Object.assign(crypto, { cipher: 'aes-128-cbc' })],
		['keystore-version', '1', (file) => Object.assign(file, { version: '1' })],
		['keystore-version', '4', (file) => Object.assign(file, { version: 4 })],
	])('%s %s', (code, detail, change) => {
		expect(() => identifyKey(JSON.stringify(changed(change)))).toThrow(expect.objectContaining({ code, detail }));
	});

	test('two of them', () => {
		expect(() => identifyKey(JSON.stringify([make(), make({ iv: salt.slice(32) })]))).toThrow(
			expect.objectContaining({ code: 'key-many' }),
		);
	});
});
