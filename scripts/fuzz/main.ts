import { randomBytes } from 'node:crypto';
import { countRepeatedKeys } from './keys.ts';
import { fuzz } from './run.ts';

/** `count` inputs for every parser, drawn from `seed`, then as many keys. Gives how many parsers failed. */
export function main(count: number, seed: number): number {
	const results = fuzz(count, seed, ({ name, inputs, values, refused, slowest, faults }) => {
		process.stdout.write(
			`${faults.length ? 'FAILED' : 'ok'} ${name}: ${inputs} inputs, ${values} values, ${refused} refused, slowest ${slowest.toFixed(1)} ms\n`,
		);
		for (const fault of faults) process.stdout.write(`  ${fault}\n`);
	});
	const repeated = countRepeatedKeys(count, (length) => new Uint8Array(randomBytes(length)));
	process.stdout.write(`${repeated ? 'FAILED' : 'ok'} keys: ${count} messages, ${repeated} keys repeated\n`);
	const failed = results.filter(({ faults }) => faults.length > 0).length + (repeated ? 1 : 0);
	process.stdout.write(`${results.length + 1 - failed} passed, ${failed} failed\n`);
	return failed;
}
