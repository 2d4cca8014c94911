import * as v from 'valibot';
import { BautaError } from '../messages/errors.ts';
import type { VaultDocument } from './document.ts';
import { documentSchema } from './schema.ts';

/** What today's document says in `version`. */
export const documentVersion = 1;

/** Takes a document of one version to the next. The last of these makes what schema.ts describes. */
export type Step = (document: Record<string, unknown>) => Record<string, unknown>;

/** `steps[n]` turns version n into n + 1. Never change one that was released; add the next. */
export const steps: Readonly<Record<number, Step>> = {};

/**
 * Brings a document of any earlier version up to `target`, one step after another.
 * @throws BautaError `vault-newer` (a later Bauta wrote it), `vault-broken` (no version, or a step is missing)
 */
export function migrate(document: unknown, target: number, through: Readonly<Record<number, Step>>): Record<string, unknown> {
	if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new BautaError('vault-broken', 'document');
	let current = document as Record<string, unknown>;
	const version = current.version;
	if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) throw new BautaError('vault-broken', 'version');
	if (version > target) throw new BautaError('vault-newer', String(version));
	for (let at = version; at < target; at++) {
		const step = through[at];
		if (!step) throw new BautaError('vault-broken', `step ${at}`);
		current = { ...step(current), version: at + 1 };
	}
	return current;
}

/**
 * The document in the bytes of a vault or backup.
 * @throws BautaError `vault-newer`, `vault-broken`
 */
export function readDocument(plain: Uint8Array): VaultDocument {
	let json: unknown;
	try {
		json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain));
	} catch {
		throw new BautaError('vault-broken', 'document');
	}
	const result = v.safeParse(documentSchema, migrate(json, documentVersion, steps));
	if (!result.success) throw new BautaError('vault-broken', v.getDotPath(result.issues[0]) ?? 'document');
	return result.output;
}

/**
 * The bytes of a document, checked before they are written, so that nothing is stored that could not be read again.
 * @throws BautaError `internal` with the path of what is wrong
 */
export function writeDocument(document: VaultDocument): Uint8Array {
	const result = v.safeParse(documentSchema, document);
	if (!result.success) throw new BautaError('internal', v.getDotPath(result.issues[0]) ?? 'document');
	return new TextEncoder().encode(JSON.stringify(result.output));
}
