import { expect, it } from 'vitest';
import { inputOf, isLocked, isReady, type KeyInput, withPreview } from '../../../src/popup/keys/key-input.ts';

const preview = (passphrase: 'needed' | 'possible' | 'none') => ({ kind: 'ncryptsec', summary: 'npub1x', passphrase });
const inputWith = (passphrase: 'needed' | 'possible' | 'none', tried = ''): KeyInput =>
	withPreview({ ...inputOf('key'), passphrase: tried }, 'key', tried, preview(passphrase));

it('a key that was not looked at cannot be used', () => expect(isReady(inputOf('key'))).toBe(false));

it.each([
	['none', '', false, true],
	['possible', '', false, true],
	['possible', 'lantern', false, true],
	['needed', '', true, false],
	['needed', 'lantern', false, true],
] as const)('where a passphrase is %s and %j was tried', (needed, tried, locked, ready) => {
	expect(isLocked(inputWith(needed, tried))).toBe(locked);
	expect(isReady(inputWith(needed, tried))).toBe(ready);
});

it('another passphrase than the one it was looked at with must be tried first', () => {
	expect(isReady({ ...inputWith('possible'), passphrase: 'lantern' })).toBe(false);
	expect(isReady({ ...inputWith('needed', 'lantern'), passphrase: 'lanter' })).toBe(false);
});

it('what was found in a key is not taken for what is in another that was typed meanwhile', () => {
	const input = inputOf('another');
	expect(withPreview(input, 'key', '', preview('none'))).toBe(input);
});

it('a key of which nothing is said about a passphrase has none', () => {
	expect(withPreview(inputOf('key'), 'key', '', { kind: 'hex', summary: '' }).preview?.passphrase).toBe('none');
});
