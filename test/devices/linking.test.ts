import { sha256 } from '@noble/hashes/sha2.js';
import { expect, test } from 'vitest';
import { addPart, joinParts, missingParts, partBytes, splitText, type TextParts } from '../../src/devices/codes/qr-parts.ts';
import { sixWords } from '../../src/devices/codes/six-words.ts';
import { readTextForm } from '../../src/devices/codes/text-form.ts';
import { storedKey } from '../../src/devices/device-key.ts';
import { takeHandover } from '../../src/devices/handover.ts';
import { openAnswer } from '../../src/devices/linking/answer.ts';
import { codeSeconds, readLinkCode } from '../../src/devices/linking/code.ts';
import { answer, offer, receive, takeAnswer } from '../../src/devices/linking/linking.ts';
import { unlinkDevices } from '../../src/devices/next-generation.ts';
import { devicesOf } from '../../src/devices/registry.ts';
import { noteRooms, roomsOf } from '../../src/devices/room-entries.ts';
import { fromBase64url, fromHex, H, toHex } from '../../src/protocol/bytes.ts';
import { firstDevice, generationOf, idOf, linkNew, noon, sampleRoot, seconds } from './samples.ts';

const now = seconds(noon);
const about = { name: 'Ada', devicesOnly: false, created: now };
const root = sampleRoot();

function conversation(name = 'phone') {
	const asked = offer(name, 'firefox', now);
	const from = firstDevice(root);
	const answered = answer(from, readLinkCode(asked.text, now), about, noon);
	return { asked, from, answered };
}

test('the new device gets the generations and the list, and both see the same words before anything is saved', () => {
	const { asked, from, answered } = conversation();
	const { bundle, words } = receive(asked, answered.text, now + 60);
	expect(words).toEqual(answered.words);
	expect(words).toHaveLength(6);
	expect(words).not.toEqual(asked.words);
	const linked = takeAnswer(asked, bundle, noon);
	expect(linked.generations).toEqual(from.generations);
	expect(devicesOf(linked.group).map(({ name, here, holds }) => ({ name, here, holds }))).toEqual([
		{ name: 'phone', here: true, holds: 'nothing' },
		{ name: 'laptop', here: false, holds: 'phrase' },
	]);
	expect(devicesOf(answered.group).map(({ name, here }) => ({ name, here }))).toEqual([
		{ name: 'laptop', here: true },
		{ name: 'phone', here: false },
	]);
});

test('A and the first device’s own key are in nothing that leaves it', () => {
	const { asked, from, answered } = conversation();
	const { bundle } = receive(asked, answered.text, now);
	const everything = JSON.stringify({ bundle, linked: takeAnswer(asked, bundle, noon) });
	for (const secret of [root.privateKey, root.chainCode, from.group.key]) expect(everything).not.toContain(secret);
	const opened = toHex(fromBase64url(answered.text.split(':')[2] as string));
	for (const secret of [root.privateKey, from.generations[0]?.node.privateKey as string]) expect(opened).not.toContain(secret);
});

test('a code without its private key opens nothing: neither another device nor the sender of the code text can', () => {
	const { asked, answered } = conversation();
	const other = offer('stranger', 'chromium', now);
	expect(() => receive(other, answered.text, now)).toThrow('link-foreign');
	// even one who pretends that the answer was for the known code, but has another key
	expect(() => openAnswer(answered.text, storedKey(other.once), fromHex(asked.hash))).toThrow('link-foreign');
});

test('the second words are of both keys and of all that was answered, as the document has them', () => {
	const { asked, answered } = conversation();
	const body = readTextForm('answer', answered.text);
	const hash = H('bauta/1 link check', storedKey(asked.once).publicKey, body.subarray(16, 49), sha256(body));
	expect(answered.words).toEqual(sixWords(hash));
	expect(receive(asked, answered.text, now).words).toEqual(sixWords(hash));
});

test('an answer that somebody else made, after seeing the code, shows other words', () => {
	const { asked, answered } = conversation();
	const thief = answer(firstDevice(sampleRoot(9)), readLinkCode(asked.text, now), about, noon);
	expect(receive(asked, thief.text, now).words).not.toEqual(answered.words);
});

test('a late, cut or wrong answer is told apart', () => {
	const { asked, answered } = conversation();
	expect(() => receive(asked, answered.text, now + codeSeconds + 1)).toThrow('link-stale');
	expect(() => receive(asked, answered.text.slice(0, 900), now)).toThrow('link-truncated');
	expect(() => receive(asked, asked.text, now)).toThrow('link-kind');
	expect(() => receive(asked, answered.text.replace(':1:', ':9:'), now)).toThrow('link-newer');
});

test('a device cannot answer its own code', () => {
	const asked = offer('phone', 'firefox', now);
	const self = firstDevice(root);
	const same = { ...self, group: { ...self.group, key: asked.device } };
	expect(() => answer(same, readLinkCode(asked.text, now), about, noon)).toThrow('link-own');
});

test('the length of an answer tells a step of doubling and no more', () => {
	const lengths = new Set(['a', 'phone', 'a rather long name of a device indeed'].map((name) => conversation(name).answered.text.length));
	expect(lengths.size).toBe(1);
	const [length = 0] = [...lengths];
	// prefix, then 49 bytes of head, 2048 of bucket, 16 and 4 of checks
	expect(length).toBe('bauta-answer:1:'.length + Math.ceil(((49 + 2048 + 16 + 4) * 4) / 3));
});

test('a device that is linked again keeps what it knew, and is a new device to the others', () => {
	const first = linkNew(firstDevice(root), 'phone');
	const earlier = { ...generationOf(root, 3), closed: 9 };
	const room = { hidden: true, stopped: false, anonymousHost: '', mode: 'one-time' as const };
	const old = { generations: [earlier, ...first.to.generations], group: noteRooms(first.to.group, { tea: room }, noon + 1) };
	// unlinked, and wanted again
	const without = unlinkDevices(first.from, root, [idOf(old)], noon + 2);
	const asked = offer('phone again', 'firefox', now);
	const answered = answer(without, readLinkCode(asked.text, now), about, noon + 3);
	const again = takeAnswer(asked, receive(asked, answered.text, now).bundle, noon + 3, old);
	expect(idOf(again)).not.toBe(idOf(old));
	expect(again.generations.map(({ generation }) => generation)).toEqual([3, 46, 47]);
	for (const { group } of [again, answered])
		expect(
			devicesOf(group)
				.map(({ name }) => name)
				.sort(),
		).toEqual(['laptop', 'phone again']);
	expect(roomsOf(again.group).get('tea')).toEqual(room);
	// keys that are handed out later open here
	const more = linkNew({ ...without, group: answered.group }, 'tablet');
	const later = unlinkDevices(more.from, root, [idOf(more.to)], noon + 4);
	const text = later.group.behind.find(({ device }) => device === idOf(again))?.text as string;
	expect(takeHandover(again, text, noon + 4).generations).toHaveLength(4);
});

test('a third device can be linked by the second, and each lists all', () => {
	const ab = linkNew(firstDevice(root), 'phone');
	const bc = linkNew(ab.to, 'tablet');
	expect(devicesOf(bc.to.group).map(({ name }) => name)).toEqual(['tablet', 'laptop', 'phone']);
	expect(bc.to.generations).toEqual(ab.from.generations);
});

test('an answer goes through several pictures in any order, twice over', () => {
	const { answered } = conversation();
	const parts = splitText(answered.text);
	expect(parts.length).toBeGreaterThan(3);
	expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(500);
	let have: TextParts | null = null;
	for (const part of [...parts, ...parts].reverse()) have = addPart(have, part);
	expect(have && joinParts(have)).toBe(answered.text);
});

test('missing, damaged and foreign parts are named', () => {
	const parts = splitText(conversation().answered.text);
	const some = addPart(addPart(null, parts[0] as string), parts[2] as string);
	expect(joinParts(some)).toBeNull();
	expect(missingParts(some)).toEqual(parts.map((_, index) => index + 1).filter((number) => number !== 1 && number !== 3));
	expect(() => addPart(some, `${(parts[1] as string).slice(0, 50)}A${(parts[1] as string).slice(51)}B`)).toThrow('link-truncated');
	expect(() => addPart(some, splitText(conversation().answered.text)[1] as string)).toThrow('part-other');
	expect(() => addPart(some, 'hello')).toThrow('link-unknown');
	const whole = parts.reduce<TextParts | null>((have, part) => addPart(have, part), null) as TextParts;
	expect(() => joinParts({ ...whole, have: { ...whole.have, 1: 'x'.repeat(partBytes) } })).toThrow('link-truncated');
});
