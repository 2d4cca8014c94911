/** A parser, and good inputs to spoil. `share`: of the inputs that are asked for, how many it gets, as what works on a curve takes long. */
export type Target =
	| { name: string; share: number; good: readonly Uint8Array[]; parse: (input: Uint8Array) => unknown }
	| { name: string; share: number; texts: readonly string[]; parse: (input: string) => unknown };

/** A parser of bytes. */
export function ofBytes(name: string, good: readonly Uint8Array[], parse: (input: Uint8Array) => unknown, share = 1): Target {
	return { name, share, good, parse };
}

/** A parser of text. */
export function ofText(name: string, texts: readonly string[], parse: (input: string) => unknown, share = 1): Target {
	return { name, share, texts, parse };
}
