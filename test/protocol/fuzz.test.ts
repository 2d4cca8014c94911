import { describe, expect, it } from 'vitest';
import { fuzz } from '../../scripts/fuzz/run.ts';

// `npm run fuzz` does the same with a million inputs for each parser.
describe('10,000 hostile inputs for every parser', () => {
	it('give a value or a typed error, and none takes long', () => {
		const results = fuzz(10_000);
		expect(results.filter(({ faults }) => faults.length > 0)).toEqual([]);
		expect(results.length).toBeGreaterThan(35);
		// both outcomes are met, or the inputs are not worth much
		for (const { name, values, refused } of results) {
			if (!name.startsWith('recognise') && name !== 'ECIES') expect(values, `${name}: values`).toBeGreaterThan(0);
			// a reader of frames refuses none
			if (!/^(recognise|read)/.test(name)) expect(refused, `${name}: refused`).toBeGreaterThan(0);
		}
	}, 300_000);
});
