import { BautaError } from '../../platform/error.ts';
import type { Channel } from '../channel.ts';
import { limited, randomLetters } from './limit.ts';
import { names } from './names.ts';
import { isError, refusal } from './refusal.ts';
import { connect, type Endpoint, type Stream } from './stream.ts';
import { askInfo, askItems, authenticate, bindResource } from './wire.ts';
import { attribute, childOf, childrenOf, elementsOf, textOf, writeXml, type XmlElement } from './xml.ts';

const answerMs = 10_000;

export interface Session {
	stream: Stream;
	host: string;
	/** sends an iq and waits for its answer; what arrives meanwhile is dropped. Throws `server-refused`, `timed-out` */
	ask(build: (id: string) => XmlElement, signal: AbortSignal): Promise<XmlElement>;
}

/** Reads until a stanza fulfils the condition. */
export async function until(stream: Stream, signal: AbortSignal, wanted: (stanza: XmlElement) => boolean): Promise<XmlElement> {
	for (;;) {
		const stanza = await stream.receive(signal);
		if (wanted(stanza)) return stanza;
	}
}

export const newId = (): string => randomLetters(12);

function offersAnonymous(features: XmlElement): boolean {
	const mechanisms = childOf(features, 'mechanisms', names.sasl);
	return mechanisms !== undefined && childrenOf(mechanisms, 'mechanism', names.sasl).some((one) => textOf(one)?.trim() === 'ANONYMOUS');
}

/** SASL ANONYMOUS (RFC 4505) and a resource of the server's choosing: an identity that lives as long as this connection. */
async function logIn(stream: Stream, host: string, signal: AbortSignal): Promise<void> {
	const features = await stream.open(host, signal);
	if (!offersAnonymous(features)) throw new BautaError('no-anonymous-host', host);
	await limited(signal, answerMs, 'login', async (limit) => {
		await stream.send([writeXml(authenticate())], limit);
		const outcome = await until(stream, limit, ({ namespace }) => namespace === names.sasl);
		if (outcome.name !== 'success') throw new BautaError('server-refused', elementsOf(outcome)[0]?.name ?? outcome.name);
	});
	await stream.open(host, signal);
	await limited(signal, answerMs, 'login', async (limit) => {
		const id = newId();
		await stream.send([writeXml(bindResource(id))], limit);
		const bound = await until(stream, limit, (stanza) => stanza.name === 'iq' && attribute(stanza, 'id') === id);
		if (isError(bound)) throw refusal(bound, {});
	});
}

/**
 * A fresh anonymous session on a fresh connection. Throws `no-anonymous-host` where the host takes no anonymous guests, and what
 * the connection failed with.
 */
export async function openSession(channel: Channel, endpoint: Endpoint, host: string, signal: AbortSignal): Promise<Session> {
	const stream = await connect(channel, endpoint, signal);
	try {
		await logIn(stream, host, signal);
	} catch (thrown) {
		await stream.close([]);
		throw thrown;
	}
	return {
		stream,
		host,
		ask: (build, limitSignal) =>
			limited(limitSignal, answerMs, 'answer', async (limit) => {
				const id = newId();
				await stream.send([writeXml(build(id))], limit);
				return until(stream, limit, (stanza) => stanza.name === 'iq' && attribute(stanza, 'id') === id);
			}),
	};
}

/** XEP-0030 about a room or a host; the error stanza, if that is the answer. */
export const info = (session: Session, jid: string, signal: AbortSignal): Promise<XmlElement> =>
	session.ask((id) => askInfo(id, jid), signal);

/** JIDs that a host lists. Empty if it does not say. */
export async function items(session: Session, host: string, signal: AbortSignal): Promise<string[]> {
	const answer = await session.ask((id) => askItems(id, host), signal);
	const query = childOf(answer, 'query', names.items);
	return query ? childrenOf(query, 'item', names.items).map((item) => attribute(item, 'jid')) : [];
}
