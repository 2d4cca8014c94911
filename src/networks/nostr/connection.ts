import { BautaError, type ErrorCode } from '../../messages/errors.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel, ChannelSocket } from '../channel/channel.ts';
import type { Author } from '../network.ts';
import { Pace } from '../pace.ts';
import { plainLine } from '../plain-line.ts';
import { askedBits, refusal } from './refusal.ts';
import { signEvent, xHex } from './sign.ts';
import { authFrame, closeFrame, parseFrame, type RelayFrame, requestFrame } from './wire/frames.ts';
import { gateAuth, gateRequest } from './wire/gate.ts';
import { type Event, serialize, verifies } from './wire/nip01.ts';
import { type Filter, matches } from './wire/room-kind.ts';
import { authTemplate } from './wire/template.ts';

const connectMs = 10_000;
const answerMs = 15_000;
/** how long an OK may follow a notice, or come at all to a login: some relays never send that one (nostr-rs-relay 0.9) */
const lateMs = 4000;
const readMs = 5000;
/** Some relays show a moment later what they took. So often it is read back, with such pauses, ms. */
const reads = 3;
const readPauseMs = [800, 1600] as const;
const maxFrames = 3000;

/** A relay wants more work than the event has. */
export class WorkWanted extends BautaError {
	readonly bits: number;
	constructor(fault: BautaError, bits: number) {
		super(fault.code, fault.detail);
		this.bits = bits;
	}
}

/** What a relay says to an event: its OK, or the notice that came in place of one. */
type Verdict = { accepted: boolean; reason: string } | { notice: string };

/** One connection to one relay over a fresh socket. It sends nothing but what these methods are asked to send. */
export class RelayConnection {
	readonly url: string;
	readonly #socket: ChannelSocket;
	readonly #pace: Pace;
	#subscription = 0;
	#challenge = '';
	#notice = '';
	#sent = false;
	#refused = false;
	/** ids of the events that were sent here: a relay may answer one late */
	readonly #ownIds = new Set<string>();

	private constructor(url: string, socket: ChannelSocket, pace: Pace) {
		this.url = url;
		this.#socket = socket;
		this.#pace = pace;
	}

	/**
	 * `pace`: when what follows an answer may leave; without it nothing waits. Throws what the channel throws, or `timed-out`.
	 */
	static async open(channel: Channel, url: string, signal: AbortSignal, pace = new Pace(true)): Promise<RelayConnection> {
		const socket = await withTimeLimit({ ms: connectMs, signal, detail: plainLine(url) }, (limit) => channel.socket(url, [], limit));
		pace.mark();
		return new RelayConnection(url, socket, pace);
	}

	/** An event may have reached the relay. */
	get sent(): boolean {
		return this.#sent;
	}

	/** The relay said in so many words that it does not take the event. */
	get refused(): boolean {
		return this.#refused;
	}

	/**
	 * Verified events that match, until the relay says that this is all, `most` of them, or `time` ms are over.
	 * Throws `auth-required` and other refusals where the relay closes the request with a reason.
	 */
	async ask(filters: Filter[], most: number, signal: AbortSignal, time = answerMs): Promise<Event[]> {
		const subscription = String(++this.#subscription);
		const events = new Map<string, Event>();
		const isWanted = (event: Event) => filters.some((filter) => matches(filter, event));
		await this.#say(requestFrame(subscription, filters), gateRequest);
		await this.#listen(signal, time, (frame) => {
			if (!('subscription' in frame) || frame.subscription !== subscription) return undefined;
			if (frame.type === 'CLOSED') throw refusal(this.url, frame.reason);
			if (frame.type === 'EVENT' && isWanted(frame.event) && verifies(frame.event)) events.set(frame.event.id, frame.event);
			return frame.type === 'EOSE' || events.size >= most || undefined;
		});
		await this.#pace.step(signal);
		await this.#say(closeFrame(subscription), gateRequest);
		return [...events.values()];
	}

	/**
	 * Sends an event's frame, which has passed the gate, and waits for the relay's word on it.
	 * Where a login is demanded `author`, if its key still lives, answers the challenge, and the event is sent once more.
	 * Returns the notice that came in place of an OK, or ''. Throws the refusal, `relay-lying`,
	 * `relay-login-unanswered` where a login changes nothing and was never answered, or what the connection threw.
	 */
	async publish(frame: string, event: Event, author: Author | null, now: number, signal: AbortSignal): Promise<string> {
		this.#sent = true;
		// of an earlier try
		this.#refused = false;
		this.#ownIds.add(event.id);
		await this.#send(frame);
		let answer = await this.#verdict(event.id, signal);
		if (isLoginWanted(answer)) {
			this.#refused = true;
			if (!author || !(await this.#isChallenged(signal))) throw refusal(this.url, answer.reason);
			await this.#pace.step(signal);
			const isAnswered = await this.#login(author, now, signal);
			await this.#pace.step(signal);
			this.#refused = false;
			await this.#send(frame);
			answer = await this.#verdict(event.id, signal).catch((thrown) => {
				throw isAnswered || signal.aborted ? thrown : this.#fault('relay-login-unanswered');
			});
			if (!isAnswered && isLoginWanted(answer)) throw this.#fault('relay-login-unanswered');
		}
		if ('notice' in answer) return answer.notice;
		if (answer.accepted || answer.reason.startsWith('duplicate:')) return '';
		const fault = refusal(this.url, answer.reason);
		this.#refused = true;
		throw fault.code === 'relay-work' ? new WorkWanted(fault, askedBits(answer.reason)) : fault;
	}

	/**
	 * Asks to join a group (NIP-29) with the key of the message that is to follow. Throws as `publish`; nothing of the message has left then.
	 */
	async join(frame: string, request: Event, author: Author, now: number, signal: AbortSignal): Promise<void> {
		try {
			await this.publish(frame, request, author, now, signal);
		} finally {
			this.#sent = false;
		}
	}

	/**
	 * Resolves once the relay shows an event that it took, or lets nobody read who is not logged in. `notice`: what it said in place of an OK, or
	 * ''. Throws `relay-shows-nothing` where it has no such event; with a notice the refusal in it, or `relay-notice`; `relay-lying` where it shows
	 * something else under the event's id; what the connection threw.
	 */
	async confirm(event: Event, notice: string, signal: AbortSignal): Promise<void> {
		for (let read = 1; read <= reads; read++) {
			await this.#pace.step(signal);
			if (read > 1) await waitFor(drawTime(...readPauseMs), signal);
			const shown = await this.#readBack(event, signal).catch((thrown) => {
				throw notice && !signal.aborted && !isLie(thrown) ? this.#fault('relay-notice', notice) : thrown;
			});
			if (shown === 'there' || (shown === 'closed' && !notice)) return;
			if (shown === 'closed') throw this.#fault('relay-notice', notice);
		}
		if (!notice) throw this.#fault('relay-shows-nothing');
		const fault = refusal(this.url, notice);
		this.#refused = fault.code !== 'server-refused';
		throw this.#refused ? fault : this.#fault('relay-notice', notice);
	}

	/** Whether a relay shows an event. `closed`: it lets nobody read who is not logged in. Throws `relay-lying`, and other reasons to close. */
	async #readBack(event: Event, signal: AbortSignal): Promise<'there' | 'absent' | 'closed'> {
		const subscription = String(++this.#subscription);
		await this.#say(requestFrame(subscription, [{ ids: [event.id] }]), gateRequest);
		return this.#listen(signal, readMs, (frame) => {
			if (!('subscription' in frame) || frame.subscription !== subscription) return undefined;
			if (frame.type === 'EOSE') return 'absent';
			if (frame.type === 'CLOSED') {
				const fault = refusal(this.url, frame.reason);
				if (fault.code === 'relay-auth' || fault.code === 'relay-restricted') return 'closed';
				throw fault;
			}
			if (frame.event.id !== event.id || serialize(frame.event) !== serialize(event)) throw this.#fault('relay-lying');
			return 'there';
		});
	}

	#fault(code: ErrorCode, words = ''): BautaError {
		const { host } = new URL(this.url);
		return new BautaError(code, words ? `${host}: ${plainLine(words)}` : host);
	}

	/** Waits until what follows the last word may leave. Throws `cancelled`. */
	step(signal: AbortSignal): Promise<void> {
		return this.#pace.step(signal);
	}

	close(): void {
		this.#socket.close();
	}

	/** Whether the relay said what a login has to be about; some say so only behind their refusal. */
	async #isChallenged(signal: AbortSignal): Promise<boolean> {
		if (this.#challenge) return true;
		return this.#listen(signal, lateMs, (frame) => frame.type === 'AUTH' || undefined).catch((thrown) => {
			if (isTimeOut(thrown)) return false;
			throw thrown;
		});
	}

	/** Logs in. Returns whether the relay answered: some take a login and say nothing (nostr-rs-relay 0.9). Throws its refusal. */
	async #login(author: Author, now: number, signal: AbortSignal): Promise<boolean> {
		const challenge = this.#challenge;
		const login = signEvent(authTemplate(xHex(author), this.url, challenge, now), author);
		const frame = authFrame(login);
		this.#ownIds.add(login.id);
		gateAuth(frame, { author: xHex(author), relay: this.url, challenge });
		await this.#send(frame);
		const answer = await this.#okFor(login.id, signal, lateMs).catch((thrown) => {
			if (isTimeOut(thrown)) return null;
			throw thrown;
		});
		if (answer && !answer.accepted) throw refusal(this.url, answer.reason.includes(':') ? answer.reason : `restricted: ${answer.reason}`);
		return answer !== null;
	}

	/** The OK for an id, or the notice that stands in its place (hoytech/strfry#200). Throws `relay-lying` where the OK is for another id. */
	async #verdict(id: string, signal: AbortSignal): Promise<Verdict> {
		const answer = await this.#listen<Verdict>(signal, answerMs, (frame) =>
			frame.type === 'NOTICE' ? { notice: frame.reason } : this.#judgeOk(frame, id),
		);
		if (!('notice' in answer)) return answer;
		// a notice may be about anything
		return this.#okFor(id, signal, lateMs).catch((thrown) => {
			if (isTimeOut(thrown)) return answer;
			throw isLie(thrown) || signal.aborted ? thrown : this.#fault('relay-notice', answer.notice);
		});
	}

	#okFor(id: string, signal: AbortSignal, time: number): Promise<{ accepted: boolean; reason: string }> {
		return this.#listen(signal, time, (frame) => this.#judgeOk(frame, id));
	}

	/** Some close an event as if it were a subscription (NIP-01), in place of an OK. */
	#judgeOk(frame: RelayFrame, id: string): { accepted: boolean; reason: string } | undefined {
		if (frame.type === 'CLOSED' && frame.subscription === id) return { accepted: false, reason: frame.reason };
		if (frame.type !== 'OK' || (frame.id !== id && this.#ownIds.has(frame.id))) return undefined;
		if (frame.id !== id) throw this.#fault('relay-lying');
		return { accepted: frame.accepted, reason: frame.reason };
	}

	#say(frame: string, gate: (frame: string) => void): Promise<void> {
		gate(frame);
		return this.#send(frame);
	}

	/** Resolves once it has left: what follows counts from then. */
	#send(frame: string): Promise<void> {
		return this.#socket.send(frame).then(() => this.#pace.mark());
	}

	/** Reads frames until `judge` answers. Challenges and notices are kept, all else is dropped. */
	async #listen<T>(signal: AbortSignal, time: number, judge: (frame: RelayFrame) => T | undefined): Promise<T> {
		try {
			return await withTimeLimit({ ms: time, signal }, async (limit) => {
				for (let count = 0; count < maxFrames; count++) {
					const frame = parseFrame(await this.#socket.receive(limit));
					if (frame?.type === 'AUTH') this.#challenge = frame.challenge.slice(0, 1000);
					if (frame?.type === 'NOTICE') this.#notice = frame.reason;
					const answer = frame && judge(frame);
					if (answer !== undefined && answer !== null) return answer;
				}
				throw new BautaError('bad-answer', new URL(this.url).host);
			});
		} catch (thrown) {
			throw isTimeOut(thrown) ? new BautaError('timed-out', plainLine(`${this.url} ${this.#notice}`)) : thrown;
		}
	}
}

const isTimeOut = (thrown: unknown): boolean => thrown instanceof BautaError && thrown.code === 'timed-out';
const isLie = (thrown: unknown): boolean => thrown instanceof BautaError && thrown.code === 'relay-lying';
const isLoginWanted = (answer: Verdict): answer is { accepted: false; reason: string } =>
	'reason' in answer && !answer.accepted && answer.reason.startsWith('auth-required:');
