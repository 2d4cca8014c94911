import { describe, expect, test } from 'vitest';
import { demandStrength, leastBits, strengthOf } from '../../src/platform/strength/strength.ts';
import { startProcessorClock } from '../processor-time.ts';

describe('refused, and for what', () => {
	test.each([
		['', 'short'],
		['a', 'short'],
		['x7#Kp', 'short'],
		['1234', 'digits'],
		['123456', 'digits'],
		['19840612', 'digits'],
		['8302957164', 'digits'],
		['password', 'common'],
		['Password1', 'common'],
		['P@ssw0rd!', 'common'],
		['iloveyou2', 'common'],
		['letmein123', 'common'],
		['qwertyuiop', 'sequence'],
		['abcdefghijkl', 'sequence'],
		['zyxwvutsrq', 'sequence'],
		['qwertyasdfgh', 'sequence'],
		['aaaaaaaaaaaaaaaaaaaaaaaa', 'repeated'],
		['abcabcabcabcabcabc', 'repeated'],
		['lolololololololol', 'repeated'],
		['summer2024', 'common'],
		['Sunshine1!', 'common'],
		['liverpool', 'common'],
		['dragonmaster', 'common'],
		['correct horse battery staple', 'common'],
		['كلمة السر', 'common'],
	])('%s: %s', (passphrase, weakness) => {
		const found = strengthOf(passphrase);
		expect(found.score, `${found.bits} bits`).toBe(0);
		expect(found.weakness).toBe(weakness);
		expect(() => demandStrength(passphrase)).toThrow(`passphrase-weak: ${weakness}`);
	});
});

describe('taken', () => {
	test.each([
		['x7#Kp9!vQz', 2],
		['mL4vbT9qzR', 1],
		['kettle orbit velvet', 1],
		['tangled plywood escapist onset', 2],
		['velvet-41-Kettle orbit', 2],
		['wbkfjuzqhyxmtgpd', 3],
		['gravel impulse untaken spoon jawline mocha', 3],
		['نافذة زرقاء تحت مطر بعيد', 2],
	])('%s: at least %i', (passphrase, least) => {
		const found = strengthOf(passphrase);
		expect(found.score, `${found.bits} bits`).toBeGreaterThanOrEqual(least);
		expect(() => demandStrength(passphrase)).not.toThrow();
	});
});

test('it never credits more than drawing at random from its characters would be worth', () => {
	for (const passphrase of ['8302957164', 'wbkfjuzqhy', 'x7#Kp9!vQz', 'kettle orbit velvet'])
		expect(strengthOf(passphrase).bits).toBeLessThanOrEqual(Math.ceil(passphrase.length * Math.log2(95)));
	expect(strengthOf('8302957164').bits).toBeLessThanOrEqual(34);
	expect(strengthOf('tangled plywood escapist onset').bits).toBeLessThanOrEqual(4 * 15 + 3);
});

test('adding to it never makes it count for much less', () => {
	const long = 'kettle orbit velvet 41 quarry';
	for (let length = 4; length < long.length; length++)
		expect(strengthOf(long.slice(0, length + 1)).bits).toBeGreaterThanOrEqual(strengthOf(long.slice(0, length)).bits - 6);
});

test('it is quick, whatever is typed', () => {
	for (const passphrase of ['a'.repeat(10_000), 'ab1'.repeat(5000), 'kettle '.repeat(3000), '🎭'.repeat(2000), '\uD800'.repeat(200)]) {
		const times = [1, 2, 3].map(() => {
			const spent = startProcessorClock();
			strengthOf(passphrase);
			return spent();
		});
		expect(Math.min(...times)).toBeLessThan(50);
	}
	expect(leastBits).toBe(40);
});
