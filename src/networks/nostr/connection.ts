import { BautaError } from '../../messages/errors.ts';
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
const maxFrames = 3000;

/** A relay wants more work than the event has. */
export class WorkWanted extends BautaError {
	readonly bits: number;
	constructor(fault: BautaError, bits: number) {
		super(fault.code, fault.detail);
		this.bits = bits;
	}
}

/** One connection to one relay over a fresh socket. It sends nothing but what these methods are asked to send. */
export class RelayConnection {
	readonly url: string;
	readonly #socket: ChannelSocket;
	#subscription = 0;
	#challenge = '';
	#notice = '';
	#sent = false;
	#refused = false;

	private constructor(url: string, socket: ChannelSocket) {
		this.url = url;
		this.#socket = socket;
	}

	/** Throws what the channel throws, or `timed-out`. */
	static async open(channel: Channel, url: string, signal: AbortSignal): Promise<RelayConnection> {
		return new RelayConnection(
			url,
			await withTimeLimit({ ms: connectMs, signal, detail: plainLine(url) }, (limit) => channel.socket(url, [], limit)),
		);
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
		this.#say(requestFrame(subscription, filters), gateRequest);
		await this.#listen(signal, time, (frame) => {
			if (!('subscription' in frame) || frame.subscription !== subscription) return undefined;
			if (frame.type === 'CLOSED') throw refusal(this.url, frame.reason);
			if (frame.type === 'EVENT' && isWanted(frame.event) && verifies(frame.event)) events.set(frame.event.id, frame.event);
			return frame.type === 'EOSE' || events.size >= most || undefined;
		});
		this.#say(closeFrame(subscription), gateRequest);
		return [...events.values()];
	}

	/**
	 * Sends an event's frame, which has passed the gate, and waits for the relay's word on it.
	 * Where a login is demanded `author`, if its key still lives, answers the challenge, and the event is sent once more.
	 * `pace`: when login and event may leave. Throws the refusal, `relay-lying`, or what the connection threw.
	 */
	async publish(
		frame: string,
		event: Event,
		author: Author | null,
		now: number,
		signal: AbortSignal,
		pace = new Pace(true),
	): Promise<void> {
		this.#sent = true;
		pace.mark();
		this.#socket.send(frame);
		let answer = await this.#verdict(event.id, signal);
		if (!answer.accepted && answer.reason.startsWith('auth-required:')) {
			this.#refused = true;
			if (!this.#challenge || !author) throw refusal(this.url, answer.reason);
			await pace.step(signal);
			await this.#login(author, now, signal);
			await pace.step(signal);
			this.#refused = false;
			this.#socket.send(frame);
			answer = await this.#verdict(event.id, signal);
		}
		if (answer.accepted || answer.reason.startsWith('duplicate:')) return;
		const fault = refusal(this.url, answer.reason);
		this.#refused = true;
		throw fault.code === 'relay-work' ? new WorkWanted(fault, askedBits(answer.reason)) : fault;
	}

	/** Reads an event back. Throws `relay-lying` where the relay shows something else under its id. Says nothing where it shows nothing. */
	async readBack(event: Event, signal: AbortSignal): Promise<void> {
		const subscription = String(++this.#subscription);
		this.#say(requestFrame(subscription, [{ ids: [event.id] }]), gateRequest);
		await this.#listen(signal, 5000, (frame) => {
			if (!('subscription' in frame) || frame.subscription !== subscription) return undefined;
			if (frame.type === 'EVENT' && (frame.event.id !== event.id || serialize(frame.event) !== serialize(event)))
				throw new BautaError('relay-lying', new URL(this.url).host);
			return true;
		});
	}

	close(): void {
		this.#socket.close();
	}

	async #login(author: Author, now: number, signal: AbortSignal): Promise<void> {
		const challenge = this.#challenge;
		const login = signEvent(authTemplate(xHex(author), this.url, challenge, now), author);
		const frame = authFrame(login);
		gateAuth(frame, { author: xHex(author), relay: this.url, challenge });
		this.#socket.send(frame);
		const answer = await this.#verdict(login.id, signal);
		if (!answer.accepted) throw refusal(this.url, answer.reason.includes(':') ? answer.reason : `restricted: ${answer.reason}`);
	}

	/** The OK for an id. Throws `relay-lying` where it is for another one. */
	#verdict(id: string, signal: AbortSignal): Promise<{ accepted: boolean; reason: string }> {
		return this.#listen(signal, answerMs, (frame) => {
			if (frame.type !== 'OK') return undefined;
			if (frame.id !== id) throw new BautaError('relay-lying', new URL(this.url).host);
			return { accepted: frame.accepted, reason: frame.reason };
		});
	}

	#say(frame: string, gate: (frame: string) => void): void {
		gate(frame);
		this.#socket.send(frame);
	}

	/** Reads frames until `judge` answers. Challenges and notices are kept, all else is dropped. */
	#listen<T>(signal: AbortSignal, time: number, judge: (frame: RelayFrame) => T | undefined): Promise<T> {
		const detail = plainLine(`${this.url} ${this.#notice}`);
		return withTimeLimit({ ms: time, signal, detail }, async (limit) => {
			for (let count = 0; count < maxFrames; count++) {
				const frame = parseFrame(await this.#socket.receive(limit));
				if (frame?.type === 'AUTH') this.#challenge = frame.challenge.slice(0, 1000);
				if (frame?.type === 'NOTICE') this.#notice = frame.reason;
				const answer = frame && judge(frame);
				if (answer !== undefined && answer !== null) return answer;
			}
			throw new BautaError('bad-answer', new URL(this.url).host);
		});
	}
}
