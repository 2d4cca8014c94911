import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Proof as DatedProof, writeProofs } from './proofs.ts';
import type { Mutation, Row, Verdict, Where } from './row.ts';
import { failedTests } from './tests.ts';

type Proof = Omit<DatedProof, 'date' | 'commit'>;

const root = join(import.meta.dirname, '../..');
/** builds and browsers of mutants at a time */
const together = 2;

/** What a build, a scenario and the tests are made of. */
const tree = [
	'src',
	'public',
	'scripts',
	'test',
	'bench',
	'docs',
	'manifest.json',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'vite.config.ts',
	'vitest.config.ts',
	'README.md',
	'PRIVACY.md',
	'SECURITY.md',
	'THREATS.md',
];

/** A text with one change made. Throws where what is to be changed does not stand there exactly once. */
export function mutate(text: string, { file, before, after }: Mutation): string {
	const count = text.split(before).length - 1;
	if (count !== 1) throw new Error(`what is to be changed stands ${count} times in ${file}: ${before}`);
	return text.replace(before, () => after);
}

/** Makes a copy of the tree. Returns its folder. */
function copyTree(name: string): string {
	const folder = join(root, '.cache/leaks/mutants', name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const path of tree) cpSync(join(root, path), join(folder, path), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	return folder;
}

/** Makes these changes in a copy. Throws where one cannot be made. */
function mutateTree(folder: string, mutations: Mutation[]): void {
	for (const mutation of mutations) {
		const path = join(folder, mutation.file);
		writeFileSync(path, mutate(readFileSync(path, 'utf8'), mutation));
	}
}

/** What says that a run was none, and proves nothing. */
const isNoProof = (said: string) => /was not played|cannot show it|no snapshot/.test(said);

/** Plays the scenario with a mutant, and says whether the row's check noticed. */
async function proveByPlaying(id: string, { browser, network }: Where, folder: string): Promise<Pick<Proof, 'isRed' | 'said'>> {
	const child = spawn(join(root, 'node_modules/.bin/tsx'), ['scripts/leaks.ts', '--json', id, browser, network], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let [output, log] = ['', ''];
	child.stdout.on('data', (data) => {
		output += data;
	});
	child.stderr.on('data', (data) => {
		log += data;
	});
	await new Promise((done) => child.once('exit', done));
	try {
		const [verdict] = JSON.parse(output) as Verdict[];
		const said = verdict?.note ?? 'no verdict';
		return { isRed: verdict?.status === 'open' && !isNoProof(said), said };
	} catch {
		return { isRed: false, said: log.split('\n').findLast(Boolean) ?? 'said nothing' };
	}
}

/** The mutations of a row that is judged from recordings or by tests; null: it has none. */
const mutationsOf = (row: Row, { browser }: Where): Mutation[] | null => {
	if (row.by === 'text' || row.by === 'nothing' || !row.mutations) return null;
	return row.mutations.filter((mutation) => !mutation.browser || mutation.browser === browser);
};

const failedProofs = (row: Row, places: Where[], { message }: Error): Proof[] =>
	places.map((where) => ({ id: row.id, ...where, isRed: false, said: message }));

/** One mutant of a row and the places that it is tried in: tests are run once for all of them. */
async function proveRow(row: Row, places: Where[], say: (line: string) => void): Promise<Proof[]> {
	const proofs: Proof[] = [];
	const applying = places.filter(
		(where) => (!row.applies || row.applies(where)) && (row.by !== 'recording' || !row.provable || row.provable(where)),
	);
	for (const where of applying) {
		const mutations = mutationsOf(row, where);
		if (!mutations) continue;
		const folder = copyTree(`${row.id}-${where.browser}-${where.network}`);
		try {
			if (row.by === 'test') {
				// in a copy in which nothing is changed they have to pass, or their failing says nothing
				const broken = await failedTests(row.files, folder);
				mutateTree(folder, mutations);
				const failed = broken.size > 0 ? new Set<string>() : await failedTests(row.files, folder);
				const named = failed.size > 0 ? `${[...failed].join(', ')} failed` : 'no test failed';
				const said = broken.size > 0 ? 'the tests fail without a change' : named;
				for (const place of applying) proofs.push({ id: row.id, ...place, isRed: failed.size > 0, said });
				break;
			}
			mutateTree(folder, mutations);
			const mode = where.browser === 'chromium' ? 'chrome' : 'firefox';
			const { status } = spawnSync(join(root, 'node_modules/.bin/vite'), ['build', '--mode', mode, '--logLevel', 'error'], {
				cwd: folder,
				stdio: 'ignore',
			});
			const outcome = status === 0 ? await proveByPlaying(row.id, where, folder) : { isRed: false, said: 'the mutant was not built' };
			proofs.push({ id: row.id, browser: where.browser, network: where.network, ...outcome });
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	}
	for (const { id, browser, network, isRed, said } of proofs)
		say(`${isRed ? 'noticed' : 'NOT NOTICED'} ${id} ${browser} ${network}: ${said}`);
	return proofs;
}

/**
 * Takes the protection of each row out of a copy of the tree, and sees whether the check notices. Writes down what it saw (proofs.ts).
 * Returns whether all were noticed.
 */
export async function prove(rows: Row[], places: Where[], say: (line: string) => void): Promise<boolean> {
	const proofs: Proof[] = [];
	const todo = [...rows];
	const today = new Date().toISOString().slice(0, 10);
	const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
	const work = async () => {
		for (let row = todo.shift(); row; row = todo.shift()) {
			// a mutation that can no longer be made is said, and the others go on
			proofs.push(...(await proveRow(row, places, say).catch((fault: Error) => failedProofs(row, places, fault))));
			// what was proved so far is kept, whatever becomes of the rest
			if (proofs.length > 0) writeProofs({ proofs: proofs.map((proof) => ({ ...proof, date: today, commit: head })) });
		}
	};
	await Promise.all(Array.from({ length: together }, work));
	return proofs.every(({ isRed }) => isRed);
}
