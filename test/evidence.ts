import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one running browser or server can tell when a test fails: file names → contents. */
export interface Witness {
	/** begins the names of its files */
	name: string;
	testify(): Promise<Record<string, string | Buffer>> | Record<string, string | Buffer>;
}

interface Statement {
	name: string;
	files: Record<string, string | Buffer>;
}

const witnesses = new Set<Witness>();
/** of those that left while a test was running */
let statements: Statement[] = [];
let watching = false;
let count = 0;

/** A browser that hangs says nothing; the others are heard all the same. */
const longest = 20_000;

async function hear(witness: Witness): Promise<Statement> {
	let timer: NodeJS.Timeout | undefined;
	const silence = new Promise<Statement['files']>((done) => {
		timer = setTimeout(() => done({ 'silent.txt': `said nothing for ${longest} ms` }), longest);
	});
	try {
		return { name: witness.name, files: await Promise.race([witness.testify(), silence]) };
	} catch (fault) {
		return { name: witness.name, files: { 'silent.txt': String(fault) } };
	} finally {
		clearTimeout(timer);
	}
}

/** Adds something that can testify. What is returned is called before it ends: in the middle of a test it is heard then. */
export function addWitness(kind: string, testify: Witness['testify']): () => Promise<void> {
	const witness = { name: `${kind}-${++count}`, testify };
	witnesses.add(witness);
	return async () => {
		if (!witnesses.delete(witness) || !watching) return;
		statements.push(await hear(witness));
	};
}

/** From here on what ends is heard before. Called at the start of a file and of each of its tests. */
export function watchWitnesses(): void {
	statements = [];
	watching = true;
}

/** The test is over, and what ends from here on does so as planned. */
export function dismissWitnesses(): void {
	statements = [];
	watching = false;
}

/** The folder of a test's evidence: `BAUTA_FAILURES` or `.cache/failures`, then file and test, as far as a file system takes them. */
export function evidenceFolder(file: string, test: string): string {
	const all = process.env.BAUTA_FAILURES ?? join(import.meta.dirname, '../.cache/failures');
	const name = `${file.replace(/^.*?test\//, '').replace(/\.test\.tsx?$/, '')} ${test}`;
	return join(all, name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120));
}

/** Writes what everybody has to say into a folder. Returns whether anybody had anything. */
export async function collectEvidence(folder: string): Promise<boolean> {
	const all = [...statements, ...(await Promise.all([...witnesses].map(hear)))];
	const files = all.flatMap((statement) =>
		Object.entries(statement.files).map(([name, content]) => [`${statement.name}-${name}`, content] as const),
	);
	if (files.length === 0) return false;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const [name, content] of files) writeFileSync(join(folder, name), content);
	return true;
}
