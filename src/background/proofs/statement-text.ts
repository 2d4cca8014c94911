import { BautaError } from '../../messages/errors.ts';
import { ProtocolError } from '../../protocol/error.ts';

/** How texts of proofs begin: `bauta-<kind>:1:` (docs/protocol.md §8). */
export type StatementKind = 'reveal' | 'proof' | 'challenge' | 'ask' | 'contact';

/** Longer is none: a room, an id and an account are together some 9000 bytes at most, a third more in base64url. */
const longest = 16_000;
const beginning = /^bauta-(reveal|proof|challenge|ask|contact):(\d+):/;

/** What the protocol refused, in words for people. `body`: what stands behind the text's beginning. */
function faultIn(refused: ProtocolError, body: string): BautaError {
	if (refused.code === 'not-base64url') return new BautaError(/^[\w-]*$/.test(body) ? 'proof-cut' : 'proof-broken');
	if (refused.detail === 'too short') return new BautaError('proof-cut');
	return new BautaError(refused.detail === 'bytes left over' ? 'proof-left-over' : 'proof-broken');
}

/**
 * Reads a text that somebody pasted or scanned; mail and chats break lines in it. `kinds`: what is looked for here.
 * @throws BautaError `proof-unknown`, `proof-elsewhere` (a text of another kind; detail: how it begins), `proof-newer`, `proof-long`,
 * `proof-cut`, `proof-left-over`, `proof-broken`
 */
export function readStatement<T>(input: string, kinds: readonly StatementKind[], read: (text: string) => T): T {
	if (input.length > 2 * longest) throw new BautaError('proof-long');
	const text = input.replace(/\s+/g, '');
	const [start, kind, version] = beginning.exec(text) ?? [];
	if (!start) throw new BautaError('proof-unknown');
	if (version !== '1') throw new BautaError('proof-newer');
	if (!kinds.some((one) => one === kind)) throw new BautaError('proof-elsewhere', `bauta-${kind}`);
	if (text.length > longest) throw new BautaError('proof-long');
	try {
		return read(text);
	} catch (thrown) {
		throw thrown instanceof ProtocolError ? faultIn(thrown, text.slice(start.length)) : thrown;
	}
}
