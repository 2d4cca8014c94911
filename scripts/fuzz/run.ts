import { BautaError } from '../../src/messages/errors.ts';
import { rootFromPhrase } from '../../src/protocol/account/root.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { type Draw, drawFrom, hostileBytes, hostileText } from './inputs.ts';
import type { Target } from './target.ts';
import { bauta, fuzzTargets } from './targets.ts';

export interface FuzzResult {
	name: string;
	inputs: number;
	/** how many inputs gave a value, and how many a typed error */
	values: number;
	refused: number;
	/** milliseconds of work for the slowest input */
	slowest: number;
	faults: string[];
}

/** milliseconds of work that no input may take */
const workLimit = 50;

/**
 * Every target with as many inputs; a typed error or a value, never another throw, never too slow. `seed`: a whole number; the same one gives
 * the same inputs.
 */
export function fuzz(count: number, seed = 0, report: (result: FuzzResult) => void = () => {}): FuzzResult[] {
	const root = bauta.roots[0];
	const A = rootFromPhrase(root?.phrase ?? '', root?.passphrase);
	const held = [2, 1, 0].map((generation) => ({ generation, node: generationNode(A, generation), closed: null }));
	return fuzzTargets(held).map((target, at) => {
		const result = fuzzTarget(target, Math.ceil(count * target.share), drawFrom(seed * 1000 + at + 1));
		report(result);
		return result;
	});
}

function fuzzTarget(target: Target, inputs: number, draw: Draw): FuzzResult {
	const result: FuzzResult = { name: target.name, inputs, values: 0, refused: 0, slowest: 0, faults: [] };
	for (let at = 0; at < inputs && result.faults.length < 5; at++) {
		const attempt =
			'good' in target ? bind(target.parse, hostileBytes(draw, target.good)) : bind(target.parse, hostileText(draw, target.texts));
		const startedAt = performance.now();
		const thrown = throwOf(attempt);
		// read often, so from the clock that is cheap to read: it never tells less than the work took
		let milliseconds = performance.now() - startedAt;
		if (milliseconds > result.slowest) milliseconds = Math.min(milliseconds, timeOf(attempt));
		// a collection of garbage may fall on an input: a slow one must be slow again
		for (let again = 0; again < 4 && milliseconds > workLimit; again++) milliseconds = Math.min(milliseconds, timeOf(attempt));
		result.slowest = Math.max(result.slowest, milliseconds);
		if (thrown === undefined) result.values++;
		else if (thrown instanceof ProtocolError || thrown instanceof BautaError) result.refused++;
		else result.faults.push(`input ${at} threw ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
		if (milliseconds > workLimit) result.faults.push(`input ${at} took ${milliseconds.toFixed(0)} ms`);
	}
	return result;
}

function bind<T>(parse: (input: T) => unknown, input: T): () => unknown {
	return () => parse(input);
}

function throwOf(attempt: () => unknown): unknown {
	try {
		attempt();
		return undefined;
	} catch (thrown) {
		return thrown ?? new Error('threw nothing');
	}
}

function timeOf(attempt: () => unknown): number {
	const startedAt = process.cpuUsage();
	throwOf(attempt);
	return since(startedAt);
}

/** Milliseconds of this process's own work: a busy machine slows no input down. */
function since(startedAt: NodeJS.CpuUsage): number {
	const { user, system } = process.cpuUsage(startedAt);
	return (user + system) / 1000;
}
