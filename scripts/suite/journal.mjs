// A run of tests as a file that grows with it: what hangs can be told by name, and what was ended before its end still counts.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const oneLine = (text) => text.replaceAll(/\s+/g, ' ');
const nameOf = (test) => oneLine(`${test.module.relativeModuleId} > ${test.fullName}`);

/** A reporter of vitest that writes a line for everything that starts or ends: event, name and, at the end, how many ms it took. */
export function journalReporter(path) {
	mkdirSync(dirname(path), { recursive: true });
	const note = (event, name, ms) => appendFileSync(path, `${event}\t${name}${ms === undefined ? '' : `\t${Math.round(ms)}`}\n`);
	const failing = new Set();
	return {
		onTestModuleStart: (module) => note('start', module.relativeModuleId),
		onTestCaseReady: (test) => note('start', nameOf(test)),
		onTestCaseResult(test) {
			const { state } = test.result();
			if (state === 'failed') failing.add(test.module.relativeModuleId);
			note(state, nameOf(test), test.diagnostic()?.duration);
		},
		onTestModuleEnd(module) {
			// it cannot be loaded, or what stands around its tests failed
			const byItself = module.state() === 'failed' && !failing.has(module.relativeModuleId);
			note(byItself ? 'failed' : 'end', module.relativeModuleId, module.diagnostic().duration);
		},
		onTestRunEnd(_, unhandled) {
			for (const error of unhandled) note('failed', oneLine(`outside of any test: ${error.message}`));
		},
	};
}

/** What a journal tells: how many tests passed and were skipped, the names of those that failed, and of those that have not ended. */
export function readJournal(text) {
	let [passed, skipped] = [0, 0];
	const failed = [];
	const running = new Set();
	for (const line of text.split('\n').filter(Boolean)) {
		const [event, name] = line.split('\t');
		if (event === 'start') running.add(name);
		else running.delete(name);
		if (event === 'passed') passed += 1;
		if (event === 'skipped') skipped += 1;
		if (event === 'failed') failed.push(name);
	}
	// a file is running as long as one of its tests is: only where none is, it is named itself
	const names = [...running].filter((name) => ![...running].some((other) => other.startsWith(`${name} > `)));
	return { passed, failed, skipped, running: names };
}
