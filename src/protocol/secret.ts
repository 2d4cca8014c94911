import { ProtocolError } from './error.ts';

/** An object that holds a key: it refuses to become JSON, so that no log, message or store can take it in by mistake. */
export type Secret<T extends object> = T & { toJSON(): never };

function refuseJson(): never {
	throw new ProtocolError('secret-as-json');
}

/** Marks an object as holding a key. `JSON.stringify` of it, or of anything around it, throws `secret-as-json`. */
export function secret<T extends object>(fields: T): Secret<T> {
	return Object.defineProperty(fields, 'toJSON', { value: refuseJson }) as Secret<T>;
}

/** Overwrites secrets with zeros. JavaScript may have made copies that nobody can reach: this is the most that can be done. */
export function wipe(...secrets: (Uint8Array | null | undefined)[]): void {
	for (const bytes of secrets) bytes?.fill(0);
}

/** Compares without an early way out, so that the time taken does not tell how many leading bytes agree. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (let at = 0; at < a.length; at++) difference |= (a[at] as number) ^ (b[at] as number);
	return difference === 0;
}
