import { BautaError } from '../../../messages/errors.ts';
import { waitFor } from '../../../platform/random-time.ts';
import { withTimeLimit } from '../../../platform/time-limit.ts';
import type { Channel } from '../../channel/channel.ts';
import type { Pace } from '../../pace.ts';
import { passGate } from '../wire/gate.ts';
import { names } from '../wire/namespaces.ts';
import { streamEnd, throwStreamError } from '../wire/refusals.ts';
import { attribute, childOf, parseFrame, writeXml, type XmlElement } from '../wire/xml.ts';
import type { Stream } from './stream.ts';

/** seconds that the server may hold a request back when it has nothing to say */
const wait = 20;
/** for all tries of the farewell, and for one of them: as long as anonymity networks take there and back */
const farewellMs = 12_000;
const oneFarewellMs = 5000;
const pause = 500;
/** what every BOSH client sends; Bauta sends no other */
const contentType = 'text/xml; charset=utf-8';

/** XMPP over BOSH, XEP-0124 and XEP-0206, one request after another: a second connection would gain nothing for one message. */
export class BoshStream implements Stream {
	readonly #channel: Channel;
	readonly #url: string;
	readonly #patience: number;
	readonly #pace: Pace | undefined;
	readonly #received: XmlElement[] = [];
	#sid = '';
	/** XEP-0124 §14: a large random number below 2^53 that leaves room to count */
	#rid = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
	/** nobody knows whether the server has the last request: its answer never came */
	#isLost = false;
	/** the server has no session any more, or it was ended here */
	#isOver = false;

	/** `patience`: ms that opening may take; `pace`: when the server may be asked whether it has more to say */
	constructor(channel: Channel, url: string, patience: number, pace?: Pace) {
		this.#channel = channel;
		this.#url = url;
		this.#patience = patience;
		this.#pace = pace;
	}

	async #post(attributes: Record<string, string>, stanzas: string[], signal: AbortSignal): Promise<void> {
		this.#rid++;
		const session: Record<string, string> = this.#sid === '' ? {} : { sid: this.#sid };
		const empty = writeXml({
			name: 'body',
			namespace: names.bosh,
			attributes: new Map(Object.entries({ rid: String(this.#rid), ...session, ...attributes })),
			children: [],
		});
		const body = stanzas.length === 0 ? empty : `${empty.slice(0, -2)}>${stanzas.join('')}</body>`;
		passGate(body);
		this.#isLost = true;
		this.#pace?.mark();
		const answer = await this.#channel.fetch({ url: this.#url, method: 'POST', contentType, body, signal });
		this.#isLost = answer.status !== 200;
		if (answer.authenticate || answer.status === 401) throw new BautaError('auth-required', new URL(this.#url).origin);
		if (answer.status !== 200) throw this.#refused(answer.status);
		this.#read(answer.body);
	}

	/** HTTP conditions of XEP-0124 §17.1 */
	#refused(status: number): BautaError {
		this.#isOver = [400, 403, 404].includes(status);
		if (status === 413) return new BautaError('policy-violation', `HTTP ${status}`);
		if (status >= 500) return new BautaError('server-down', `HTTP ${status}`);
		return new BautaError(this.#sid === '' ? 'no-endpoint' : 'server-refused', `HTTP ${status}`);
	}

	#read(text: string): void {
		const { body, stanzas } = parseFrame(text);
		if (!body) throw new BautaError('bad-answer', 'no body');
		if (attribute(body, 'type') === 'terminate') {
			this.#isOver = true;
			for (const stanza of stanzas) throwStreamError(stanza);
			throw streamEnd(attribute(body, 'condition') || 'system-shutdown');
		}
		if (this.#sid === '') this.#sid = attribute(body, 'sid');
		for (const stanza of stanzas) this.#received.push(stanza);
	}

	async open(host: string, signal: AbortSignal): Promise<XmlElement> {
		return withTimeLimit({ ms: this.#patience, signal, detail: 'stream' }, async (until) => {
			const restart = this.#sid !== '';
			await this.#post(
				restart ? { to: host, 'xmpp:restart': 'true' } : { to: host, wait: String(wait), hold: '1', ver: '1.6', 'xmpp:version': '1.0' },
				[],
				until,
			);
			if (this.#sid === '') throw new BautaError('bad-answer', 'no session');
			for (;;) {
				const stanza = await this.receive(until);
				if (stanza.name === 'features' && (stanza.namespace === names.streams || childOf(stanza, 'bind', names.bind))) return stanza;
			}
		});
	}

	async send(stanzas: string[], signal: AbortSignal): Promise<void> {
		await this.#post({}, stanzas, signal);
	}

	async receive(signal: AbortSignal): Promise<XmlElement> {
		for (;;) {
			const stanza = this.#received.shift();
			if (stanza) {
				throwStreamError(stanza);
				return stanza;
			}
			// right behind an answer it would show the server how far the guest is
			if (this.#sid !== '') await this.#pace?.step(signal);
			const asked = performance.now();
			await this.#post({}, [], signal);
			// a server that holds nothing back must not be asked all the time (XEP-0124 §12)
			if (this.#received.length === 0 && performance.now() - asked < pause) await new Promise((resolve) => setTimeout(resolve, pause));
		}
	}

	/**
	 * A lost request leaves a gap in the numbers, behind which the server would wait for it: so the farewell takes its number. Where the server
	 * has that one, it answers as it did before (XEP-0124 §14.3), and only under the next number the farewell counts: the two by turns.
	 */
	async close(last: string[]): Promise<void> {
		if (this.#sid === '' || this.#isOver) return;
		const first = this.#isLost ? this.#rid : this.#rid + 1;
		const numbers = this.#isLost ? [first, first + 1] : [first];
		await withTimeLimit({ ms: farewellMs, detail: 'farewell' }, async (limit) => {
			for (let attempt = 0; !this.#isOver; attempt++) {
				// the number before the one that the request takes
				this.#rid = (numbers[attempt % numbers.length] ?? first) - 1;
				await withTimeLimit({ ms: oneFarewellMs, signal: limit, detail: 'farewell' }, (until) =>
					this.#post({ type: 'terminate' }, last, until),
				).catch(() => {});
				if (!this.#isOver && this.#isLost) await waitFor(pause, limit);
			}
		}).catch(() => {});
		this.#isOver = true;
	}
}
