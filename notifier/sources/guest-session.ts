import { randomBytes } from 'node:crypto';
import { BautaError } from '../../src/messages/errors.ts';
import { offersAnonymous } from '../../src/networks/xmpp/wire/features.ts';
import { names } from '../../src/networks/xmpp/wire/namespaces.ts';
import { isError, throwStreamError } from '../../src/networks/xmpp/wire/refusals.ts';
import { authenticate, bindResource, openStream } from '../../src/networks/xmpp/wire/stanzas.ts';
import { attribute, childOf, parseFrame, writeXml, type XmlElement } from '../../src/networks/xmpp/wire/xml.ts';
import type { Clock } from '../time/clock.ts';
import type { Patience } from './back-off.ts';
import { ServerSocket } from './server-socket.ts';

const answerMs = 20_000;
/** stanzas that one question may bring before its answer */
const mostBefore = 500;
/** UTF-16 units that they may have: each may be as long as a stanza, and anybody in a room can say as much */
const mostLength = 2 ** 21;

/** What came under a question's name was more than that. */
export class TooLong extends Error {}

/** The answer to a question, and what came under its name before it (pages of an archive). */
export interface GuestAnswer {
	answer: XmlElement;
	before: XmlElement[];
}

interface Question {
	before: XmlElement[];
	/** UTF-16 units of these */
	length: number;
	isOf(stanza: XmlElement): boolean;
	done(answer: GuestAnswer): void;
	fail(error: Error): void;
	timer: NodeJS.Timeout;
}

/** How far a login is. */
type Step = 'closed' | 'features' | 'login' | 'features again' | 'resource' | 'ready';

/** What a session tells. */
export interface GuestListener {
	/** logged in */
	onReady(): void;
	/** a stanza that answers no question */
	onStanza(stanza: XmlElement): void;
	/** it is over, and will be tried again later */
	onEnd(why: 'unreachable' | 'refused' | 'flooding'): void;
}

/** A random id for a stanza. */
export const newId = (): string => randomBytes(9).toString('base64url');

/** An anonymous login (SASL ANONYMOUS, RFC 4505) over a WebSocket (RFC 7395), which comes back by itself. */
export class GuestSession {
	readonly #socket: ServerSocket;
	readonly #host: string;
	readonly #listener: GuestListener;
	readonly #questions = new Map<string, Question>();
	#step: Step = 'closed';
	#bindId = '';
	#loginTimer: NodeJS.Timeout | undefined;

	constructor(url: string, host: string, listener: GuestListener, clock: Clock, patience: Patience) {
		this.#host = host;
		this.#listener = listener;
		const socketListener = {
			onOpen: () => this.#begin(),
			onFrame: (text: string) => this.#hear(text),
			onEnd: (why: 'unreachable' | 'flooding') => this.#end(why),
		};
		this.#socket = new ServerSocket(url, ['xmpp'], socketListener, clock, patience);
	}

	start(): void {
		this.#socket.start();
	}

	stop(): void {
		this.#forget();
		this.#socket.stop();
	}

	get isReady(): boolean {
		return this.#step === 'ready';
	}

	send(stanza: XmlElement): void {
		if (this.isReady) this.#socket.send(writeXml(stanza));
	}

	/**
	 * Asks, and resolves with the answer, an error stanza included. `question` is made with the id that it is asked under. Throws where there is no
	 * session, it ends, or nothing comes in time, and TooLong.
	 */
	ask(question: (id: string) => XmlElement): Promise<GuestAnswer> {
		if (!this.isReady) return Promise.reject(new BautaError('server-down'));
		const id = newId();
		return new Promise<GuestAnswer>((done, fail) => {
			const timer = setTimeout(() => {
				this.#questions.delete(id);
				fail(new BautaError('timed-out'));
			}, answerMs);
			const isOf = (stanza: XmlElement) => {
				const result = childOf(stanza, 'result', names.archive);
				return result !== undefined && attribute(result, 'queryid') === id;
			};
			this.#questions.set(id, { before: [], length: 0, isOf, done, fail, timer });
			this.#socket.send(writeXml(question(id)));
		});
	}

	#begin(): void {
		this.#step = 'features';
		this.#loginTimer = setTimeout(() => this.#socket.fail('unreachable'), answerMs);
		this.#socket.send(writeXml(openStream(this.#host)));
	}

	#forget(): void {
		clearTimeout(this.#loginTimer);
		this.#step = 'closed';
		const open = [...this.#questions.values()];
		this.#questions.clear();
		for (const { timer, fail } of open) {
			clearTimeout(timer);
			fail(new BautaError('server-down'));
		}
	}

	#end(why: 'unreachable' | 'refused' | 'flooding'): void {
		this.#forget();
		this.#listener.onEnd(why);
	}

	/** The server has no guests: nothing to try again soon. */
	#refuse(): void {
		this.#socket.fail('unreachable', true);
		this.#listener.onEnd('refused');
	}

	#hear(text: string): void {
		let stanza: XmlElement | undefined;
		try {
			[stanza] = parseFrame(text).stanzas;
			if (stanza) throwStreamError(stanza);
		} catch (thrown) {
			this.#endFor(thrown);
			return;
		}
		if (!stanza) return;
		if (stanza.name === 'close' && stanza.namespace === names.framing) this.#socket.fail('unreachable');
		else if (this.#step === 'ready') this.#take(stanza, text.length);
		else this.#logIn(stanza);
	}

	/** What is no XML, or the server's own words that it ends the stream. */
	#endFor(thrown: unknown): void {
		const code = thrown instanceof BautaError ? thrown.code : '';
		if (code === 'no-anonymous-host') this.#refuse();
		else this.#socket.fail('unreachable', code === 'policy-violation');
	}

	#logIn(stanza: XmlElement): void {
		const isFeatures = stanza.name === 'features' && stanza.namespace === names.streams;
		if (this.#step === 'features' && isFeatures) {
			if (offersAnonymous(stanza)) this.#goOn('login', authenticate());
			else this.#refuse();
		} else if (this.#step === 'login' && stanza.namespace === names.sasl) {
			if (stanza.name === 'success') this.#goOn('features again', openStream(this.#host));
			else this.#refuse();
		} else if (this.#step === 'features again' && isFeatures) {
			this.#bindId = newId();
			this.#goOn('resource', bindResource(this.#bindId));
		} else if (this.#step === 'resource' && stanza.name === 'iq' && attribute(stanza, 'id') === this.#bindId) {
			if (isError(stanza)) this.#refuse();
			else {
				clearTimeout(this.#loginTimer);
				this.#step = 'ready';
				this.#listener.onReady();
			}
		}
	}

	#goOn(step: Step, stanza: XmlElement): void {
		this.#step = step;
		this.#socket.send(writeXml(stanza));
	}

	/** `length`: UTF-16 units of the frame that it came in */
	#take(stanza: XmlElement, length: number): void {
		const question = stanza.name === 'iq' ? this.#questions.get(attribute(stanza, 'id')) : undefined;
		if (question) {
			this.#questions.delete(attribute(stanza, 'id'));
			clearTimeout(question.timer);
			question.done({ answer: stanza, before: question.before });
			return;
		}
		const [id = '', query] = [...this.#questions].find(([, { isOf }]) => isOf(stanza)) ?? [];
		if (!query) {
			this.#listener.onStanza(stanza);
			return;
		}
		query.length += length;
		if (query.length > mostLength) {
			// the other rooms are read on
			this.#questions.delete(id);
			clearTimeout(query.timer);
			query.fail(new TooLong());
		} else if (query.before.length < mostBefore) query.before.push(stanza);
	}
}
