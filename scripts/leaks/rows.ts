import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './row.ts';

const folder = join(import.meta.dirname, '../../test/leaks');

/** Orders `N2` before `N10`, and by letters first as THREATS.md has them. */
const order = 'NPTISDCR';
const rank = (id: string): number => order.indexOf(id[0] ?? '') * 1000 + Number(/\d+/.exec(id)?.[0] ?? 0);

/** Every row below test/leaks, one file each, in the order of THREATS.md. Throws where a file is not named as its row. */
export async function loadRows(): Promise<Row[]> {
	const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
	const rows = await Promise.all(
		names.map(async (name) => {
			const { row } = (await import(join(folder, name))) as { row: Row };
			if (`${row.id.toLowerCase()}.ts` !== name) throw new Error(`${name} holds the row ${row.id}`);
			return row;
		}),
	);
	return rows.toSorted((one, other) => rank(one.id) - rank(other.id));
}
