import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Where } from './row.ts';

const file = join(import.meta.dirname, '../../docs/leaks.json');

/** One mutated build, and whether its check noticed. */
export interface Proof extends Where {
	id: string;
	/** the check was red */
	isRed: boolean;
	/** what it said first, or why it said nothing */
	said: string;
	/** day and commit of the run */
	date: string;
	commit: string;
}

/** The last result of `npm run leaks -- --prove`. */
export interface Proofs {
	proofs: Proof[];
}

/** The committed result; none where nobody has proved anything yet. */
export const readProofs = (): Proofs => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Proofs) : { proofs: [] });

/** Writes a result: its JSON, and the page for people. Proofs of rows and places that did not run this time stay. */
export function writeProofs(fresh: Proofs): void {
	const isSame = (one: Proof, other: Proof) => one.id === other.id && one.browser === other.browser && one.network === other.network;
	const kept = readProofs().proofs.filter((old) => !fresh.proofs.some((proof) => isSame(old, proof)));
	const all = {
		proofs: [...kept, ...fresh.proofs].toSorted((one, other) => keyOf(one).localeCompare(keyOf(other), 'en', { numeric: true })),
	};
	writeFileSync(file, `${JSON.stringify(all, null, '\t')}\n`);
	writeFileSync(file.replace(/json$/, 'md'), page(all));
}

const keyOf = ({ id, browser, network }: Proof): string => `${id} ${browser} ${network}`;

function page({ proofs }: Proofs): string {
	const rows = proofs.map(
		({ id, browser, network, isRed, said, date, commit }) =>
			`| ${id} | ${browser} | ${network} | ${isRed ? 'yes' : 'no'} | ${said.replaceAll('|', '\\|').slice(0, 160)} | ${date} ${commit} |`,
	);
	return `# Leaks: what was proved

\`npm run leaks\` plays one scenario in each browser on each network, records all that leaves and all that stays, and judges each row of
[THREATS.md](../THREATS.md) from the recording. \`npm run leaks -- --prove\` takes one protection after another out of the source, builds that,
plays again, and sees whether the row’s check notices. A row counts as proved only where it did.

| row | browser | network | noticed | what the check said | day, commit |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
