import type { LabelledMessage } from '../../messages/rooms.ts';
import type { PostedReveal } from '../../networks/network.ts';
import { plainLine } from '../../networks/plain-line.ts';
import { browser } from '../../platform/api/browser.ts';
import { fromHex } from '../../protocol/bytes.ts';
import { ProtocolError } from '../../protocol/error.ts';
import { isProven, type Reveal, readReveal } from '../../protocol/proofs/reveal.ts';
import { SessionValue } from '../state/session-value.ts';
import { siteRoom } from '../state/site-room.ts';
import { areNamesakes, type LoggedMessage } from './logged-message.ts';
import { publicAuthor } from './verdicts.ts';

/*
 * What accounts have posted in a room to show that a voice is theirs (docs/protocol.md §8), by site and room, in memory alone. Each is checked
 * against the room's log whenever messages of the room are labelled, the same way for every reader, with Bauta locked or not (THREATS.md P9).
 */

const roomsLimit = 10;
const revealsLimit = 20;
/** code points of an account's name */
const longestName = 40;
/** in a nick: what is drawn as nothing, and what could make a sentence of it, as “eve · Proven: this voice is bob” */
const misleading = /[\p{Default_Ignorable_Code_Point}·:：•]/u;
/** hex digits of a key that stand for its owner: what a page calls them is not known here */
const keyDigits = 16;

const reveals = new SessionValue<Record<string, PostedReveal[]>>('reveals', {});

/** Adds what was met on a site, the newest at the end. One that is there already stays where it is. */
export async function rememberReveals(site: string, news: PostedReveal[]): Promise<void> {
	if (news.length === 0) return;
	await reveals.update((all) => {
		for (const reveal of news) {
			const name = siteRoom(site, reveal.room);
			const ofRoom = all[name] ?? [];
			delete all[name];
			const isKnown = ofRoom.some((one) => areNamesakes(one, reveal) && one.text === reveal.text);
			all[name] = isKnown ? ofRoom : [...ofRoom, reveal].slice(-revealsLimit);
		}
		for (const surplus of Object.keys(all).slice(0, -roomsLimit)) delete all[surplus];
	});
}

/** Whether accounts have said in a room that a voice is theirs. */
export const hasReveals = async (site: string, room: string): Promise<boolean> => siteRoom(site, room) in (await reveals.get());

/** What was said, and of which of the messages that count; null where the text is no reveal. */
interface Finding {
	reveal: Reveal;
	messages: LoggedMessage[];
}

function findIn(log: LoggedMessage[], { room, text }: PostedReveal): Finding | null {
	try {
		const reveal = readReveal(text);
		return { reveal, messages: reveal.statement.room === room ? log.filter(({ id }) => id === reveal.statement.messageId) : [] };
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/**
 * How an account is called: its nick, or the beginning of its key. '' where the nick has what nobody sees, is too long to be shown, or could say
 * more than a name: it may look like another's.
 */
function nameOf({ author }: PostedReveal): string {
	const name = author.includes('/') ? author.slice(author.indexOf('/') + 1) : `${author.slice(0, keyDigits)}…`;
	return plainLine(name, longestName) === name && !misleading.test(name) ? name : '';
}

/** What the reveals of a room come to, by its log. */
export interface RevealsMet {
	/** a label for each of them */
	labels: LabelledMessage[];
	/** for each message whose voice is proven to be somebody's: by whom that is said, in the user's words */
	proofs: Map<LoggedMessage, string>;
	/** the messages that they are about, proven or not */
	about: LoggedMessage[];
}

/** What is drawn of a voice of which only the proof is drawn. */
export const noLook = { name: '', pattern: '', title: '' };
/** Both of two proofs, or the one where they are the same. */
export const joinProofs = (one: string, other: string): string => [...new Set([...one.split(' · '), other])].filter(Boolean).join(' · ');

/**
 * Checks what accounts have posted in a room against these messages of it. What has the id and the author of one of these is passed over: who
 * takes both must not take that one's label with them. `room`: canonical id.
 */
export async function checkReveals(site: string, room: string, log: LoggedMessage[]): Promise<RevealsMet> {
	const outcome: RevealsMet = { labels: [], proofs: new Map(), about: [] };
	for (const post of (await reveals.get())[siteRoom(site, room)] ?? []) {
		if (log.some((one) => areNamesakes(one, post))) continue;
		const finding = findIn(log, post);
		const proof = finding ? wordsFor(post, finding, outcome) : browser.i18n.getMessage('content_unproven');
		outcome.about.push(...(finding?.messages ?? []));
		const { id, author } = post;
		outcome.labels.push({
			id,
			author,
			label: { kind: 'reveal', mine: 0, voice: `reveal ${author} ${id}`, look: { ...noLook, proof } },
		});
	}
	return outcome;
}

/** What is said of a reveal; where it is proven, its message is noted. */
function wordsFor(post: PostedReveal, { reveal, messages }: Finding, outcome: RevealsMet): string {
	const name = nameOf(post);
	if (!name || reveal.statement.claimant !== post.account) return browser.i18n.getMessage('content_unproven_account');
	const [message] = messages;
	if (!message) return browser.i18n.getMessage('content_unproven_message');
	const candidates = messages.map((one) => ({ contentHash: fromHex(one.content), authorKey: publicAuthor(one) }));
	if (!isProven(reveal, { account: post.account, found: candidates })) return browser.i18n.getMessage('content_unproven');
	const proof = browser.i18n.getMessage('content_proven', [name]);
	outcome.proofs.set(message, joinProofs(outcome.proofs.get(message) ?? '', proof));
	return proof;
}
