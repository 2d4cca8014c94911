/** Bringing keys into the real extension: everything that can be wrong with one has its own words, and nothing is lost by it. */
import { readFileSync } from 'node:fs';
import { bech32 } from '@scure/base';
import { encode } from 'uqr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { keptBy, openImportPage, pasteInto } from '../keys.ts';
import { cameraTracksHere, keepCameraTracksHere } from '../popup/in-page.ts';
import { errorWords, keyboardOn, say } from '../popup/keyboard.ts';
import { videoOf } from '../video.ts';

const vectors = new URL('../vectors/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, vectors), 'utf8');
const { password, privateKey } = JSON.parse(read('keystore/index.json')) as { password: string; privateKey: string };
const ncryptsecs = (JSON.parse(read('ncryptsec.json')) as { cases: { text: string; password: string }[] }).cases;
/** the order of secp256k1, SEC 2 §2.4.1 */
const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const npub = 'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg';
/** NIP-49 with N = 2^19: some seconds, whatever the password */
const slow = bech32.encode('ncryptsec', bech32.toWords(new Uint8Array(91).fill(7).with(0, 2).with(1, 19)), 300);

type Keystore = { crypto: Record<string, unknown> & { kdfparams: Record<string, unknown>; mac: string } };
const keystore = (change: (file: Keystore) => void = () => {}) => {
	const file = JSON.parse(read('keystore/eth-keyfile-0.10.0-pbkdf2.json')) as Keystore;
	change(file);
	return JSON.stringify(file);
};

let bauta: ReadyBauta;
let video: Awaited<ReturnType<typeof videoOf>>;
beforeAll(async () => {
	video = await videoOf(testPhrase);
	bauta = await launchBauta({ flags: video.flags });
});
afterAll(async () => {
	await bauta?.close();
	await video?.forget();
});

const storedVault = () => keptBy(bauta);
const openImport = (page = bauta.popup) => openImportPage(page, bauta.id);
/** What was pasted has been looked at to the end, and asks for its password. */
const asksPassword = (page = bauta.popup) => page.getByRole('button', { name: say('popup_import_open') }).waitFor();
const paste = (text: string, page = bauta.popup) => pasteInto(page, text);

/** A picture of a QR code, or of nothing, as a PNG file. */
async function picture(code: string | null): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
	const drawn = code === null ? { size: 30, data: [] } : encode(code, { border: 4 });
	const png = await bauta.popup.evaluate(async ({ size, data }) => {
		const canvas = new OffscreenCanvas(size * 8, size * 8);
		const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
		context.fillStyle = '#fff';
		context.fillRect(0, 0, canvas.width, canvas.height);
		context.fillStyle = '#000';
		for (const [y, row] of data.entries()) for (const [x, dark] of row.entries()) if (dark) context.fillRect(x * 8, y * 8, 8, 8);
		return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
	}, drawn);
	return { name: 'code.png', mimeType: 'image/png', buffer: Buffer.from(png) };
}

describe('what cannot be used says why, keeps what was typed, and changes nothing', () => {
	beforeEach(() => openImport());

	const xprv = 'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi';
	test.each([
		['a Nostr account', npub, 'key-public'],
		['a point', `02${order.slice(2)}${'00'.repeat(1)}`.slice(0, 66), 'key-public'],
		['an address', '0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b', 'key-public'],
		['a WIF key of Bitcoin', '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ', 'key-network'],
		[
			'an extended public key',
			'xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8',
			'key-public',
		],
		[
			'a branch below the master',
			'xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7',
			'key-depth',
		],
		['an xprv with a slip', xprv.replace('9s21', '9s22'), 'key-checksum'],
		['zero', '0'.repeat(64), 'key-zero'],
		['the order of the curve', order, 'key-range'],
		['31 bytes', 'ab'.repeat(31), 'key-length'],
		['no digits of hex', `${'ab'.repeat(31)}zz`, 'key-hex'],
		['an nsec with a slip', 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe6', 'key-checksum'],
		['a misspelt word', testPhrase.replace('about', 'abuot'), 'phrase-word'],
		['a word too few', testPhrase.replace(' about', ''), 'phrase-count'],
		['words that do not belong together', testPhrase.replace('about', 'abandon'), 'phrase-checksum'],
		['a keystore cut short', keystore().slice(0, -40), 'keystore-json'],
		['a keystore of version 1', keystore((file) => Object.assign(file, { version: 1 })), 'keystore-version'],
		['a keystore with a kdf of its own', keystore(({ crypto }) => Object.assign(crypto, { kdf: 'argon2id' })), 'keystore-kdf'],
		['a keystore that asks for hours', keystore(({ crypto }) => Object.assign(crypto.kdfparams, { c: 2 ** 31 })), 'key-cost'],
		['a keystore without its salt', keystore(({ crypto }) => delete crypto.kdfparams.salt), 'keystore-broken'],
		['a backup, which is no key', '{"format":"bauta-backup","version":1}', 'backup-file'],
		['something else', 'hello', 'key-unknown'],
	])('%s', async (_, text, code) => {
		const before = await storedVault();
		await paste(text);
		expect(await keyboardOn(bauta.popup).problem()).toMatch(errorWords(code));
		expect(await bauta.popup.locator('textarea').inputValue()).toBe(text);
		expect(await bauta.popup.locator('.found').count()).toBe(0);
		expect(await keyboardOn(bauta.popup).findings()).toEqual([]);
		expect(await storedVault()).toEqual(before);
	});

	test.each([
		['a wrong password', keystore(), 'not it', 'key-passphrase-wrong'],
		['a damaged check', keystore(({ crypto }) => Object.assign(crypto, { mac: `${'00'.repeat(32)}` })), password, 'keystore-mac'],
		['an ncryptsec with a wrong password', ncryptsecs[0]?.text ?? '', 'not it', 'key-passphrase-wrong'],
	])('%s', async (_, text, typed, code) => {
		const before = await storedVault();
		await paste(text);
		await asksPassword();
		const keyboard = keyboardOn(bauta.popup);
		await keyboard.type('popup_import_password', typed);
		await bauta.popup.keyboard.press('Enter');
		expect(await keyboard.problem()).toMatch(errorWords(code));
		expect(await bauta.popup.getByLabel(say('popup_import_password'), { exact: true }).inputValue()).toBe(typed);
		expect(await bauta.popup.locator('textarea').inputValue()).toBe(text);
		expect(await storedVault()).toEqual(before);
	});

	test('a picture without a code, and a file that is no text', async () => {
		const file = bauta.popup.locator('input[type=file]');
		await bauta.popup.locator('textarea').fill('what was there');
		await file.setInputFiles(await picture(null));
		expect(await keyboardOn(bauta.popup).problem()).toMatch(errorWords('picture-no-code'));
		await file.setInputFiles({ name: 'key.json', mimeType: 'application/json', buffer: Buffer.from([0x80, 0xfe, 0x00, 0xc1]) });
		await expect.poll(() => keyboardOn(bauta.popup).problem()).toMatch(errorWords('key-file'));
		expect(await bauta.popup.locator('textarea').inputValue()).toBe('what was there');
	});
});

describe('what is found is shown by its public name before anything is stored', () => {
	beforeEach(() => openImport());
	const shown = () => bauta.popup.locator('.found code').allTextContents();

	test('a keystore, with its password', async () => {
		const before = await storedVault();
		const keyboard = keyboardOn(bauta.popup);
		await paste(keystore());
		await asksPassword();
		await keyboard.type('popup_import_password', password);
		await bauta.popup.keyboard.press('Enter');
		await bauta.popup.getByRole('button', { name: say('popup_import_add') }).waitFor();
		expect(await shown()).toEqual(['0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b']);
		await bauta.popup.getByText(say('popup_import_selves')).waitFor();
		expect(await storedVault()).toEqual(before);
		expect(await keyboard.findings()).toEqual([]);
	});

	test('a key in a picture, dropped', async () => {
		const { buffer } = await picture(privateKey);
		await bauta.popup.locator('textarea').evaluate(
			(field, bytes) => {
				const dataTransfer = new DataTransfer();
				dataTransfer.items.add(new File([new Uint8Array(bytes)], 'code.png', { type: 'image/png' }));
				field.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
			},
			[...buffer],
		);
		await bauta.popup.locator('.found').waitFor();
		expect(await bauta.popup.locator('textarea').inputValue()).toBe(privateKey);
		expect(await shown()).toEqual([expect.stringMatching(/^npub1/), '0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b']);
	});

	test('a paper sheet held before the camera, which is let go of the moment it was read', async () => {
		const keyboard = keyboardOn(bauta.popup);
		const before = await storedVault();
		await bauta.popup.evaluate(keepCameraTracksHere);
		const tracks = () => bauta.popup.evaluate(cameraTracksHere);
		await keyboard.press('popup_read_camera');
		await bauta.popup.locator('.found').waitFor();
		expect(await bauta.popup.locator('textarea').inputValue()).toBe(testPhrase);
		expect(await shown()).toEqual([expect.stringMatching(/^zQ3sh/)]);
		await bauta.popup.locator('video').waitFor({ state: 'detached' });
		await expect.poll(tracks).toEqual([['video', 'ended']]);
		expect(await storedVault()).toEqual(before);
		// the same for somebody who turns it off, or goes elsewhere
		for (const leave of ['popup_read_camera_off', 'popup_back']) {
			await bauta.popup.evaluate(() => {
				// a canvas that takes no picture: a camera that looks at the wall
				const blind = class {
					getContext = () => null;
				};
				Object.assign(globalThis, { OffscreenCanvas: blind });
			});
			await keyboard.press('popup_read_camera');
			await expect.poll(async () => (await tracks()).at(-1)).toEqual(['video', 'live']);
			await keyboard.press(leave);
			await bauta.popup.locator('video').waitFor({ state: 'detached' });
			await expect.poll(async () => (await tracks()).at(-1)).toEqual(['video', 'ended']);
		}
	});

	test('a phrase with another passphrase is another self, and says so by its chat key', async () => {
		const keyboard = keyboardOn(bauta.popup);
		await paste(testPhrase);
		await bauta.popup.locator('.found').waitFor();
		const [plain] = await shown();
		expect(plain).toMatch(/^zQ3sh/);
		await bauta.popup.locator('.found summary').focus();
		await bauta.popup.keyboard.press('Enter');
		await keyboard.type('popup_import_passphrase', 'TREZOR');
		await keyboard.press('popup_import_open');
		await expect.poll(async () => (await shown())[0]).not.toBe(plain);
		// the same phrase without it is there already
		await keyboard.type('popup_import_passphrase', '');
		await bauta.popup.keyboard.press('Backspace');
		await keyboard.press('popup_import_open');
		await keyboard.press('popup_import_add');
		expect(await keyboard.problem()).toMatch(errorWords('identity-known'));
		expect((await storedVault()).identities).toBe(1);
	});
});

test('slow work shows how far it is, and ends when it is told to; the text stays', async () => {
	await openImport();
	const keyboard = keyboardOn(bauta.popup);
	await paste(slow);
	await asksPassword();
	await keyboard.type('popup_import_password', 'any');
	await bauta.popup.keyboard.press('Enter');
	const progress = bauta.popup.locator('progress');
	await progress.waitFor();
	await expect.poll(() => progress.getAttribute('value').then(Number)).toBeGreaterThan(0);
	expect(await keyboard.findings()).toEqual([]);
	await keyboard.press('popup_working_cancel');
	expect(await keyboard.problem()).toMatch(errorWords('cancelled'));
	expect(await bauta.popup.locator('textarea').inputValue()).toBe(slow);
	expect(await bauta.ask('slow-task.progress', {})).toEqual({ fraction: null });
});

test('two tabs at once: the later one goes on, the earlier says so, and the same key is taken once', async () => {
	await openImport();
	const other = await openImport(await bauta.context.newPage());
	await paste(slow);
	await asksPassword();
	await keyboardOn(bauta.popup).type('popup_import_password', 'any');
	await bauta.popup.keyboard.press('Enter');
	await bauta.popup.locator('progress').waitFor();
	await paste(ncryptsecs[0]?.text ?? '', other);
	await asksPassword(other);
	await keyboardOn(other).type('popup_import_password', 'nostr');
	await other.keyboard.press('Enter');
	expect(await keyboardOn(bauta.popup).problem()).toMatch(errorWords('work-elsewhere'));
	await other.getByRole('button', { name: say('popup_import_add') }).waitFor();
	await other.close();
	const key = { key: privateKey, keyPassphrase: '', name: 'twice' };
	const taken = await Promise.allSettled([bauta.ask('identity.import', key), bauta.ask('identity.import', key)]);
	expect(taken.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	expect(taken.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'identity-known' } });
	expect((await storedVault()).identities).toBe(2);
	const added = (await bauta.ask('popup.state', { tab: null })).identities.find(({ name }) => name === 'twice');
	await bauta.ask('identity.remove', { id: added?.id ?? '', passphrase: testPassphrase });
	expect((await storedVault()).identities).toBe(1);
});

test('nothing went wrong unseen', () => expect(bauta.errors).toEqual([]));
