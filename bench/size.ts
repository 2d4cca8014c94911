import { join } from 'node:path';
import { sizes } from '../scripts/sizes.ts';
import type { Figure } from './figure.ts';

/** What the built extension weighs, minified and gzipped. */
export async function benchSize(): Promise<Figure[]> {
	return sizes(join(import.meta.dirname, '../dist-chrome')).map(({ part, bytes, goal }) => ({
		name: `size of ${part}`,
		value: `${(bytes / 1000).toFixed(1)} kB`,
		goal: `≤ ${goal / 1000} kB`,
		met: bytes <= goal,
	}));
}
