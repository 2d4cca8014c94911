import { BautaError } from '../../../messages/errors.ts';
import { withTimeLimit } from '../../../platform/time-limit.ts';
import type { Channel } from '../../channel/channel.ts';
import { passGate } from '../wire/gate.ts';
import { names } from '../wire/namespaces.ts';
import { streamEnd, throwStreamError } from '../wire/refusals.ts';
import { attribute, childOf, elementsOf, parseXml, writeXml, type XmlElement } from '../wire/xml.ts';
import type { Stream } from './stream.ts';

/** seconds that the server may hold a request back when it has nothing to say */
const wait = 20;
const farewellMs = 2000;
const pause = 500;
/** what every BOSH client sends; Bauta sends no other */
const contentType = 'text/xml; charset=utf-8';

/** XMPP over BOSH, XEP-0124 and XEP-0206, one request after another: a second connection would gain nothing for one message. */
export class BoshStream implements Stream {
	readonly #channel: Channel;
	readonly #url: string;
	readonly #patience: number;
	readonly #received: XmlElement[] = [];
	#sid = '';
	/** XEP-0124 §14: a large random number below 2^53 that leaves room to count */
	#rid = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;

	constructor(channel: Channel, url: string, patience: number) {
		this.#channel = channel;
		this.#url = url;
		this.#patience = patience;
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
		const answer = await this.#channel.fetch({ url: this.#url, method: 'POST', contentType, body, signal });
		if (answer.authenticate || answer.status === 401) throw new BautaError('auth-required', new URL(this.#url).origin);
		if (answer.status !== 200) throw this.#refused(answer.status);
		this.#read(answer.body);
	}

	/** HTTP conditions of XEP-0124 §17.1 */
	#refused(status: number): BautaError {
		if (status === 413) return new BautaError('policy-violation', `HTTP ${status}`);
		if (status >= 500) return new BautaError('server-down', `HTTP ${status}`);
		return new BautaError(this.#sid === '' ? 'no-endpoint' : 'server-refused', `HTTP ${status}`);
	}

	#read(text: string): void {
		const body = parseXml(text);
		if (body.name !== 'body' || body.namespace !== names.bosh) throw new BautaError('bad-answer', 'no body');
		const stanzas = elementsOf(body);
		if (attribute(body, 'type') === 'terminate') {
			for (const stanza of stanzas) throwStreamError(stanza);
			throw streamEnd(attribute(body, 'condition') || 'system-shutdown');
		}
		if (this.#sid === '') this.#sid = attribute(body, 'sid');
		this.#received.push(...stanzas);
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
			const asked = Date.now();
			await this.#post({}, [], signal);
			// a server that holds nothing back must not be asked all the time (XEP-0124 §12)
			if (this.#received.length === 0 && Date.now() - asked < pause) await new Promise((resolve) => setTimeout(resolve, pause));
		}
	}

	async close(last: string[]): Promise<void> {
		if (this.#sid === '') return;
		try {
			await withTimeLimit({ ms: farewellMs, detail: 'farewell' }, (until) => this.#post({ type: 'terminate' }, last, until));
		} catch {
			// the server answers with its own end, or not at all
		}
	}
}
