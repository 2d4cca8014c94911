import { BautaError } from '../../../messages/errors.ts';
import { withTimeLimit } from '../../../platform/time-limit.ts';
import type { Channel } from '../../channel/channel.ts';
import type { Pace } from '../../pace.ts';
import { offersAnonymous } from '../wire/features.ts';
import { names } from '../wire/namespaces.ts';
import { isError, refusal } from '../wire/refusals.ts';
import { askInfo, authenticate, bindResource } from '../wire/stanzas.ts';
import { attribute, childOf, elementsOf, textOf, writeXml, type XmlElement } from '../wire/xml.ts';
import { connect } from './connect.ts';
import { randomLetters } from './random-letters.ts';
import type { Endpoint, Stream } from './stream.ts';

const answerMs = 10_000;

/** An anonymous login that is in force. */
export interface Session {
	stream: Stream;
	host: string;
	/** answer to disco#info of the room, an error stanza included */
	about: XmlElement;
	/** most bytes of one stanza, where the server says so (XEP-0478); else infinite */
	mostBytes: number;
}

/** Reads until a stanza fulfils the condition. */
export async function until(stream: Stream, signal: AbortSignal, wanted: (stanza: XmlElement) => boolean): Promise<XmlElement> {
	for (;;) {
		const stanza = await stream.receive(signal);
		if (wanted(stanza)) return stanza;
	}
}

/** A random id for a stanza. */
export const newId = (): string => randomLetters(12);

function mostBytesIn(features: XmlElement): number {
	const limits = childOf(features, 'limits', names.limits);
	const most = limits && childOf(limits, 'max-bytes', names.limits);
	return (most && Number.parseInt(textOf(most) ?? '', 10)) || Number.POSITIVE_INFINITY;
}

/**
 * SASL ANONYMOUS (RFC 4505) and a resource of the server's choosing: an identity that lives as long as this connection.
 * disco#info of the room goes out right behind the request for the resource, so that it costs no round trip: servers work off a
 * stream in order (RFC 6120 §10.1). Returns its answer.
 */
async function logIn(stream: Stream, host: string, room: string, signal: AbortSignal, pace?: Pace): Promise<Session> {
	const features = await stream.open(host, signal);
	if (!offersAnonymous(features)) throw new BautaError('no-anonymous-host', host);
	await pace?.step(signal);
	await withTimeLimit({ ms: answerMs, signal, detail: 'login' }, async (limit) => {
		await stream.send([writeXml(authenticate())], limit);
		const outcome = await until(stream, limit, ({ namespace }) => namespace === names.sasl);
		if (outcome.name !== 'success') throw new BautaError('server-refused', elementsOf(outcome)[0]?.name ?? outcome.name);
	});
	await pace?.step(signal);
	const mostBytes = mostBytesIn(await stream.open(host, signal));
	await pace?.step(signal);
	const info = await withTimeLimit({ ms: answerMs, signal, detail: 'login' }, async (limit) => {
		const [bind, about] = [newId(), newId()];
		await stream.send([writeXml(bindResource(bind)), writeXml(askInfo(about, room))], limit);
		const bound = await until(stream, limit, (stanza) => stanza.name === 'iq' && attribute(stanza, 'id') === bind);
		if (isError(bound)) throw refusal(bound, {});
		return until(stream, limit, (stanza) => stanza.name === 'iq' && attribute(stanza, 'id') === about);
	});
	return { stream, host, about: info, mostBytes };
}

/**
 * A fresh anonymous session on a fresh connection. Throws `no-anonymous-host` where the host takes no anonymous guests, and what
 * the connection failed with. `pace`: when its parts may leave; without it each leaves when the one before is answered.
 */
export async function openSession(
	channel: Channel,
	endpoint: Endpoint,
	host: string,
	room: string,
	signal: AbortSignal,
	pace?: Pace,
): Promise<Session> {
	const stream = await connect(channel, endpoint, signal, pace);
	try {
		return await logIn(stream, host, room, signal, pace);
	} catch (thrown) {
		await stream.close([]);
		throw thrown;
	}
}
