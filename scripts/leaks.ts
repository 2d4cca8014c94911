// The second half of `npm run leaks`: leaks.mjs starts it once everything is installed and built.
import { join } from 'node:path';
import { playApart } from './leaks/apart.ts';
import { judge } from './leaks/judge.ts';
import { type Options, readOptions } from './leaks/options.ts';
import { readProofs } from './leaks/proofs.ts';
import { prove } from './leaks/prove.ts';
import { type Recording, readRecording, recordingFolder } from './leaks/recording.ts';
import type { Row, Verdict, Where } from './leaks/row.ts';
import { loadRows } from './leaks/rows.ts';
import { mayWrite } from './leaks/snapshot.ts';
import { asJson, drawTable } from './leaks/table.ts';
import { failedTests } from './leaks/tests.ts';

const root = join(import.meta.dirname, '..');
const say = (line: string) => process.stderr.write(`${line}\n`);
/** scenarios at a time: most of one is waiting for its own pauses */
const together = 2;

/** The recordings by place; a reason where there is none. */
async function record({ places, again }: Options): Promise<(Recording | string)[]> {
	const recordings: (Recording | string)[] = [];
	const todo = places.map((place, at) => ({ ...place, at }));
	const work = async () => {
		for (let next = todo.shift(); next; next = todo.shift()) {
			const { browser, network, at } = next;
			try {
				recordings[at] = again ? readRecording(recordingFolder(root, browser, network)) : await playApart(browser, network);
			} catch (fault) {
				say(`${browser} ${network}: ${fault instanceof Error ? fault.stack : fault}`);
				recordings[at] = `the scenario was not played to its end: ${fault instanceof Error ? fault.message : fault}`.slice(0, 300);
			}
		}
	};
	await Promise.all(Array.from({ length: together }, work));
	return recordings;
}

async function judgeAll(rows: Row[], options: Options): Promise<Verdict[]> {
	const files = [...new Set(rows.flatMap((row) => (row.by === 'test' || row.by === 'recording' ? (row.files ?? []) : [])))];
	const needsRecording = rows.some((row) => row.by === 'recording');
	const recordings = needsRecording ? await record(options) : [];
	const failed = await failedTests(files);
	const { proofs } = readProofs();
	const isProved = (id: string, { browser, network }: Where) =>
		proofs.some((proof) => proof.id === id && proof.browser === browser && proof.network === network && proof.isRed);
	return rows.flatMap((row) =>
		options.places.flatMap((where, at) => {
			const recording = recordings[at] ?? 'nothing was recorded';
			const isThere = typeof recording !== 'string';
			return (
				judge(row, where, { recording: isThere ? recording : null, missing: isThere ? '' : recording, failedTests: failed, isProved }) ?? []
			);
		}),
	);
}

async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2));
	mayWrite.snapshots = options.writeSnapshots;
	const rows = (await loadRows()).filter(({ id }) => options.rows.length === 0 || options.rows.includes(id));
	if (options.prove) return (await prove(rows, options.places, say)) ? 0 : 1;
	const verdicts = await judgeAll(rows, options);
	process.stdout.write(`${options.json ? asJson(verdicts) : drawTable(verdicts, options.places)}\n`);
	for (const { id, browser, network, faults } of verdicts) for (const fault of faults) say(`FAULT ${id} ${browser} ${network}: ${fault}`);
	return verdicts.some(({ status }) => status === 'open') ? 1 : 0;
}

// servers and browsers of an interrupted run end with this process
process.exit(
	await main().catch((fault) => {
		say(String(fault instanceof Error ? fault.stack : fault));
		return 1;
	}),
);
