import fc from 'fast-check';

const surrogates = 0x800;
const firstSurrogate = 0xd800;

/**
 * Any code point but the halves of surrogate pairs: the unit of strings that fast-check calls 'binary'. Its own lists a million characters
 * before the first string is made, in every test file anew; here the number of a character is counted from it.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
	.nat({ max: 0x10ffff - surrogates })
	.map((at) => String.fromCodePoint(at < firstSurrogate ? at : at + surrogates), numberOf);

/** The place of a character among all. Throws where there is not one code point, as fast-check asks for it. */
function numberOf(text: unknown): number {
	const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
	if (point === undefined || text !== String.fromCodePoint(point)) throw new Error('no character');
	if (point >= firstSurrogate && point < firstSurrogate + surrogates) throw new Error('half of a pair');
	return point < firstSurrogate ? point : point - surrogates;
}
