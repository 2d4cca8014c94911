// Run before every test file that starts a browser or a server (vitest.config.ts): a failure leaves what they saw.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { collectEvidence, dismissWitnesses, evidenceFolder, watchWitnesses } from './evidence.ts';

let tests = 0;
// until the first test something that ends was not able to start
watchWitnesses();

beforeEach(() => {
	tests += 1;
	watchWitnesses();
});

// of all hooks after a test this is the last, and before whatever the test itself put off to its end
afterEach(async ({ task }) => {
	if (task.result?.state === 'fail') {
		const folder = evidenceFolder(task.file.name, task.fullTestName);
		const [error] = task.result.errors ?? [];
		if ((await collectEvidence(folder)) && error) {
			writeFileSync(join(folder, 'error.txt'), `${error.stack ?? error.message}\n`);
			const note = `\nWhat its browsers and servers saw: ${folder}`;
			error.message += note;
			if (error.stack) error.stack = error.stack.replace(/$/m, note);
		}
	}
	dismissWitnesses();
});

afterAll(async () => {
	if (tests > 0) return;
	const folder = evidenceFolder(expect.getState().testPath ?? '', 'before its first test');
	if (await collectEvidence(folder)) process.stderr.write(`What its browsers and servers saw: ${folder}\n`);
});
