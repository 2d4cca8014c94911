import { expect, test } from 'vitest';
import { forbidsAnonymous } from '../../src/networks/forbids-anonymous.ts';

test.each<[string, boolean]>([
	['no-anonymous', true],
	['Be kind. No-Anonymous.', true],
	['first line\nNO-ANONYMOUS', true],
	['anonymous is welcome', false],
	['casino-anonymous', false],
	['no-anonymously', false],
	['no anonymous', false],
	['', false],
])('%j: %s', (words, forbids) => {
	expect(forbidsAnonymous(words)).toBe(forbids);
});
