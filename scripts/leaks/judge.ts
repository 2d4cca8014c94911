import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from './recording.ts';
import { notJudged, type Row, type Told, type Verdict, type Where } from './row.ts';

const root = join(import.meta.dirname, '../..');

/** Words as they stand in a document, whatever its line breaks and quotation marks. */
const plain = (text: string): string => text.replaceAll(/[’‘]/g, "'").replaceAll(/[\s*]+/g, ' ');

/** Which of the words that people are to be told are not there. */
export function untold(told: Told[], read: (path: string) => string = (path) => readFileSync(join(root, path), 'utf8')): string[] {
	return told
		.filter(({ file, words }) => !plain(read(file)).includes(plain(words)))
		.map(({ file, words }) => `${file} does not say "${words}"`);
}

/** What is known when a row is judged. */
export interface Evidence {
	recording: Recording | null;
	/** why there is no recording */
	missing: string;
	/** of the test files that rows name: those that failed */
	failedTests: Set<string>;
	/** whether a mutation that takes the protection away was noticed here */
	isProved(id: string, where: Where): boolean;
}

/** Judges a row in one place. Null: it does not apply there. */
export function judge(row: Row, where: Where, evidence: Evidence): Verdict | null {
	if (row.applies && !row.applies(where)) return null;
	const verdict = (status: Verdict['status'], note: string, faults: string[] = []): Verdict => ({
		...{ id: row.id, ...where, status: faults.length > 0 ? 'open' : status, note: faults[0] ?? note, faults },
		proved: status === 'closed' && faults.length === 0 && evidence.isProved(row.id, where),
	});
	if (row.by === 'nothing') return verdict('open', row.reason || notJudged);
	if (row.by === 'text') {
		const files = [...new Set(row.told.map(({ file }) => file))].join(', ');
		return verdict('residual', `told in ${files}`, untold(row.told));
	}
	const failed = (row.files ?? []).filter((file) => evidence.failedTests.has(file)).map((file) => `${file} failed`);
	if (row.by === 'test') return verdict('closed', `by test: ${row.files.join(', ')}`, failed);
	if (!evidence.recording) return verdict('open', evidence.missing, [evidence.missing]);
	const told = row.also?.(where) ?? [];
	const faults = [...row.check(evidence.recording), ...failed, ...untold(told)];
	return verdict(
		told.length > 0 ? 'residual' : 'closed',
		told.length > 0
			? `in part; the rest is told in ${told.map(({ file }) => file).join(', ')}`
			: ['by recording', ...(row.files ?? [])].join(', '),
		faults,
	);
}
