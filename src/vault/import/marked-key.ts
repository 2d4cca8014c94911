import { BautaError } from '../../messages/errors.ts';
import type { IdentifiedKey } from '../imported-key.ts';
import { inOneCase, isBech32 } from './bech32.ts';
import { identifyNcryptsec } from './ncryptsec.ts';
import { identifyNsec } from './nsec.ts';
import { joinDigits } from './pasted-text.ts';
import { identifyXprv, isBase58check } from './xprv.ts';

const isRightBech32 = (text: string): boolean => isBech32(inOneCase(text));

/** Forms of keys that begin with their name and end with a check, so that they can be told from whatever stands around them. */
const markedForms = [
	{ form: /nsec1[02-9ac-hj-np-z]{58}/gi, isRight: isRightBech32, identify: (text: string) => identifyNsec(inOneCase(text)) },
	{ form: /ncryptsec1[02-9ac-hj-np-z]{152}/gi, isRight: isRightBech32, identify: (text: string) => identifyNcryptsec(inOneCase(text)) },
	// of depth 0 and 3, the only ones that lead to A
	{ form: /xprv[9A][1-9A-HJ-NP-Za-km-z]{106}/g, isRight: isBase58check, identify: identifyXprv },
];

/**
 * The nsec, ncryptsec or xprv in a text, whatever stands around it or between its lines; null where there is none.
 * @throws BautaError `key-many`, and what is wrong with an nsec or ncryptsec that has a slip in it
 */
export function markedKeyIn(text: string): IdentifiedKey | null {
	const digits = joinDigits(text);
	const keys = markedForms.flatMap(({ form, isRight, identify }) =>
		[...new Set(digits.match(form))].filter(isRight).map((key) => () => identify(key)),
	);
	if (keys.length > 1) throw new BautaError('key-many');
	if (keys[0]) return keys[0]();
	const [rest, isEncrypted] = /n(crypt)?sec1.*/i.exec(digits) ?? [];
	if (rest === undefined) return null;
	return isEncrypted ? identifyNcryptsec(inOneCase(rest)) : identifyNsec(inOneCase(rest));
}
