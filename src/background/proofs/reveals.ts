import { BautaError } from '../../messages/errors.ts';
import type { ProofRequests, ProvenMessage } from '../../messages/proofs.ts';
import { fromHex } from '../../protocol/bytes.ts';
import { evenKey, type KeyPair } from '../../protocol/curve.ts';
import { type FoundMessage, isProven, type Reveal, readReveal, revealToEveryone, revealToOne } from '../../protocol/proofs/reveal.ts';
import { authorOf, recogniseCandidate } from '../../protocol/recognise.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import { roomIdOf } from '../access/adapters.ts';
import { listArchived } from '../recognition/archived-messages.ts';
import { renewArchive } from '../recognition/labels.ts';
import { areNamesakes, candidateOf, type LoggedMessage } from '../recognition/logged-message.ts';
import { messagesOf } from '../recognition/message-log.ts';
import { publicAuthor, withOwnKey } from '../recognition/verdicts.ts';
import { readAccount, shownAccount } from './accounts.ts';
import { ownContactKey } from './contact-code.ts';
import { excerptOf, roomOnShow, shownVoice } from './own-messages.ts';
import { readStatement } from './statement-text.ts';
import { readSecretKey, readVerifierKey } from './verifier-key.ts';

const now = (): number => Math.floor(Date.now() / 1000);

/**
 * The text that claims an own message for an account: for everybody, or for the one whose key `to` is.
 * @throws BautaError `vault-locked`, `proof-room-closed`, `proof-account`, `proof-impossible` where no key at hand signed the message, and
 * what `readVerifierKey` throws
 */
export async function makeProof({ tab, room, id, author, account, to }: ProofRequests['proof.make']['in']): Promise<string> {
	const { messages } = await roomOnShow(tab, roomIdOf(room));
	const claimant = await readAccount(account, room.network);
	const verifierKey = to === null ? null : readVerifierKey(to);
	const message = messages.find((one) => areNamesakes(one, { id, author }));
	const authorKey = message ? publicAuthor(message) : null;
	const aux = crypto.getRandomValues(new Uint8Array(32));
	const text =
		message &&
		authorKey &&
		(await withOwnKey(message, ({ privateKey }) => {
			const statement = { room: message.room, messageId: id, contentHash: fromHex(message.content), authorKey, claimant, issuedAt: now() };
			return verifierKey ? revealToOne(statement, privateKey, verifierKey) : revealToEveryone(statement, privateKey, aux);
		}));
	if (!text) throw new BautaError('proof-impossible');
	return text;
}

/** A message as a verifier finds it: its key is recovered anew. */
function foundMessage(message: LoggedMessage): FoundMessage {
	const candidate = candidateOf(message);
	const isKeyless = recogniseCandidate(candidate, [])?.verdict === 'keyless';
	return { contentHash: candidate.contentHash, authorKey: isKeyless ? null : authorOf(candidate) };
}

/** The verifier's own key, of a proof to one person. `secretKey`: of the account, as the user wrote it, or ''. */
async function verifierPair(reveal: Reveal, secretKey: string): Promise<KeyPair | null> {
	if (reveal.form === 'public') return null;
	const pair = secretKey.trim() ? readSecretKey(secretKey) : await ownContactKey(reveal.verifierKey);
	if (!pair) throw new BautaError('proof-not-mine');
	if ([pair.publicKey, evenKey(pair.publicKey)].some((own) => equalBytes(own, reveal.verifierKey))) return pair;
	wipe(pair.privateKey);
	throw new BautaError('proof-wrong-key');
}

/** The one message that a statement names, in a room on show. `look`: the archive may be read for it. */
async function claimedMessage(
	tab: number,
	{ form, statement }: Reveal,
	look: boolean,
): Promise<{ found: LoggedMessage; shown: ProvenMessage }> {
	const { tab: page, room, messages } = await roomOnShow(tab, statement.room);
	const withId = (log: LoggedMessage[]) => log.filter(({ id }) => id === statement.messageId);
	let all = messages;
	if (withId(all).length === 0 && look) {
		await renewArchive(tab, room);
		all = await messagesOf(page.origin, statement.room);
	}
	const [found, ...others] = withId(all);
	if (!found) throw new BautaError(look ? 'proof-not-found' : 'proof-not-loaded');
	if (others.length > 0) throw new BautaError('proof-several');
	const excerpt = excerptOf(found, await listArchived(page.origin, statement.room));
	const claimant = await shownAccount(statement.claimant);
	const voice = await shownVoice(statement.authorKey);
	return { found, shown: { form, claimant, room: statement.room, time: found.time, excerpt, ...voice } };
}

/**
 * Checks a proof to one person, or a reveal to everybody (docs/protocol.md §8, the verifier's rule).
 * @throws BautaError why it does not count: the codes that begin with `proof-`, and `vault-locked`
 */
export async function checkProof({ tab, text, account, key, look }: ProofRequests['proof.check']['in']): Promise<ProvenMessage> {
	const reveal = readStatement(text, ['proof', 'reveal'], readReveal);
	const { room } = await roomOnShow(tab, reveal.statement.room);
	const from = await readAccount(account, room.network);
	const pair = await verifierPair(reveal, key);
	try {
		if (from !== reveal.statement.claimant) throw new BautaError('proof-other-account', await shownAccount(reveal.statement.claimant));
		const { found, shown } = await claimedMessage(tab, reveal, look);
		const known = {
			account: from,
			found: [foundMessage(found)],
			...(pair && { verifierPrivate: pair.privateKey, knownByX: key.trim() !== '' }),
		};
		if (!isProven(reveal, known)) throw new BautaError('proof-false');
		return shown;
	} finally {
		wipe(pair?.privateKey);
	}
}
