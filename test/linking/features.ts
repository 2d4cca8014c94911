import { decodeWire } from '../../src/protocol/envelope.ts';
import type { Session } from './collect.ts';
import type { LineEvent } from './line.ts';

/**
 * What the adversary compares. Numbers are numbers, words are kinds. By who sees it: `room`, everybody in it; `server`, the one that the message
 * is posted to; `path`, what TCP alone tells it, as of every visitor: how long opening and closing a connection takes.
 */
export type Features = Record<`${'room' | 'server' | 'path'} ${string}`, number | string>;

const timeOrigin = performance.timeOrigin;
/** how many of a session's requests, and frames, are compared one by one */
const compared = 18;
/** digits and letters of random ids that are compared one by one */
const letters = 8;

const codes = (text: string, count: number): number[] => Array.from({ length: count }, (_, at) => text.charCodeAt(at) || -1);

/** XML without what is drawn, counted or written by the author: names, their order, and values that are words of the protocol. */
function xmlShape(text: string): string {
	return text
		.replace(/<body>[^<]*<\/body>/g, '<body/>')
		.replace(/(<anonymous[^>]*>)[^<]*/g, '$1')
		.replace(/\b(id|rid|sid|authid|to|from|occupant|queryid)=(["'])[^"']*\2/g, '$1');
}

/** JSON's names and their order, without values but those of one letter or digit: subscription ids stay. */
function jsonShape(text: string): string {
	const shapeOf = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(shapeOf);
		if (value && typeof value === 'object') return Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]);
		return typeof value === 'string' && value.length > 6
			? value.length > 200
			: value === null
				? null
				: typeof value === 'number'
					? 0
					: value;
	};
	try {
		return JSON.stringify(shapeOf(JSON.parse(text)));
	} catch {
		return text;
	}
}

const shapeOf = (text: string): string => (text.startsWith('<') ? xmlShape(text) : text === '' ? '' : jsonShape(text));

/** Header names in their order, with the values that are the client's own. */
const headShape = (headers: LineEvent['headers']): string =>
	headers.map(([name, value]) => (/^(host|content-length|sec-websocket-key)$/i.test(name) ? name : `${name}: ${value}`)).join('\n');

/** What one server's application sees of a message. `textBytes`: what the author wrote, which is left out of lengths. */
function serverFeatures(events: LineEvent[], prefix: string, textBytes: number): Features {
	const features: Features = {};
	const put = (name: string, value: number | string) => {
		features[`server ${prefix}${name}`] = value;
	};
	const spoken = events.filter(({ kind }) => kind === 'request' || kind === 'text' || kind === 'response' || kind === 'control');
	const isEcho = ({ direction, kind }: LineEvent, at: number) =>
		// the browser's own answer to the server's closing
		direction === 'out' && kind === 'control' && spoken.slice(0, at).some((one) => one.direction === 'in' && one.kind === 'control');
	const said = spoken.filter((event, at) => event.direction === 'out' && !isEcho(event, at));
	const first = said[0]?.at ?? 0;
	put('requests', said.length);
	put('answers', spoken.length - said.length);
	put('duration', (said.at(-1)?.at ?? 0) - first);
	put('begins at, of a second', (timeOrigin + first) % 1000);
	for (let at = 0; at < compared; at++) {
		const event = said[at];
		const before = said[at - 1];
		const heard = event && spoken.filter((one) => one.direction === 'in' && one.at <= event.at).at(-1);
		put(`gap before request ${at}`, event && before ? event.at - before.at : -1);
		put(`answer to request ${at}`, event && heard ? event.at - heard.at : -1);
		put(`length of request ${at}`, event ? event.bytes - (event.bytes > textBytes + 300 ? textBytes : 0) : -1);
		put(`form of request ${at}`, event ? `${event.kind} ${event.request} ${headShape(event.headers)} ${shapeOf(event.text)}` : '');
	}
	const ids = said.flatMap(({ text }) => [...text.matchAll(/ (?:id|rid)="([^"]+)"/g)].map(([, id]) => id ?? ''));
	for (const [at, code] of codes(ids[0] ?? '', letters).entries()) put(`letter ${at} of the first id`, code);
	return features;
}

function pathFeatures(events: LineEvent[], prefix: string): Features {
	const features: Features = {};
	const connections = [...new Set(events.map(({ connection }) => connection))];
	const opening = connections.map((connection) => {
		const ofIt = events.filter((event) => event.connection === connection);
		const opened = ofIt.find(({ kind }) => kind === 'opened')?.at ?? 0;
		return (ofIt.find(({ kind }) => kind === 'request')?.at ?? opened) - opened;
	});
	features[`path ${prefix}opening a connection`] = opening[0] ?? -1;
	features[`path ${prefix}opening, on average`] = opening.reduce((sum, one) => sum + one, 0) / Math.max(1, opening.length);
	const last = events.filter(({ kind }) => kind !== 'ended').at(-1);
	features[`path ${prefix}closing`] = (events.filter(({ kind }) => kind === 'ended').at(-1)?.at ?? 0) - (last?.at ?? 0);
	return features;
}

function envelopeFeatures(wire: string, isSigned: boolean, arrival: number): Features {
	const features: Features = {};
	const { envelope, signature } = decodeWire(wire, isSigned);
	const view = new DataView(envelope.buffer, envelope.byteOffset);
	features['room version and flags'] = view.getUint16(0);
	features['room slot against arrival'] = view.getUint32(2) - Math.floor(arrival / 600_000);
	for (const [name, start] of Object.entries({ tag: 6, nonce: 22, sealed: 46 }))
		for (let at = 0; at < 4; at++) features[`room ${name} byte ${at}`] = envelope[start + at] ?? -1;
	if (signature) for (const at of [0, 1, 32, 33, 64]) features[`room signature byte ${at}`] = signature[at] ?? -1;
	return features;
}

function xmppRoom({ sight, text }: Session): Features {
	const features: Features = {};
	const { frames } = sight;
	const spoke = frames.find((frame) => frame.text.startsWith('<message'));
	if (!spoke) return features;
	const came = frames.find((frame) => frame.text.startsWith('<presence') && !frame.text.includes('unavailable'));
	const left = frames.find((frame) => frame.text.startsWith('<presence') && frame.text.includes('unavailable'));
	features['room from coming to speaking'] = came ? spoke.at - came.at : -1;
	features['room from speaking to leaving'] = left ? left.at - spoke.at : -1;
	features['room comes at, of a second'] = came ? (timeOrigin + came.at) % 1000 : -1;
	features['room speaks at, of a second'] = (timeOrigin + spoke.at) % 1000;
	features['room speaks at, of a slot'] = ((timeOrigin + spoke.at) / 1000) % 600;
	features['room frames of the guest'] = frames.length;
	for (const [name, frame] of Object.entries({ came, spoke, left })) features[`room form: ${name}`] = xmlShape(frame?.text ?? '');
	features['room length of the message'] = spoke.text.length - text.length - (/to='([^']*)'/.exec(spoke.text)?.[1]?.length ?? 0);
	const nick = /from='[^'/]*\/([^']*)'/.exec(spoke.text)?.[1] ?? '';
	features['room nick, first part'] = nick.slice(0, -4);
	for (const [at, code] of codes(nick.slice(-4), 4).entries()) features[`room nick, letter ${at}`] = code;
	for (const [at, code] of codes(/^<message[^>]* id='([^']*)'/.exec(spoke.text)?.[1] ?? '', letters).entries())
		features[`room message id, letter ${at}`] = code;
	for (const [at, code] of codes(/<occupant-id[^>]* id='([^']*)'/.exec(spoke.text)?.[1] ?? '', 4).entries())
		features[`room occupant id, letter ${at}`] = code;
	const wire = /<anonymous[^>]*>([^<]*)/.exec(spoke.text)?.[1] ?? '';
	return { ...features, ...envelopeFeatures(wire, true, timeOrigin + spoke.at) };
}

function nostrRoom({ sight }: Session): Features {
	const features: Features = {};
	const [first] = sight.frames;
	if (!first) return features;
	const event = JSON.parse(first.text) as Record<string, unknown> & {
		created_at: number;
		tags: string[][];
		id: string;
		pubkey: string;
		sig: string;
	};
	const arrivalAt = (server: number) => timeOrigin + (sight.frames.find((frame) => frame.server === server)?.at ?? Number.NaN);
	const arrivals = [arrivalAt(0), arrivalAt(1)] as const;
	features['room form of the event'] =
		`${Object.keys(event)} ${event.kind} ${event.tags.map(([name, ...values]) => `${name} ${values.length}`)}`;
	features['room dated before arrival'] = Math.min(...arrivals) - event.created_at * 1000;
	features['room from one relay to the other'] = arrivals[1] - arrivals[0];
	features['room arrives at, of a second'] = Math.min(...arrivals) % 1000;
	features['room date, last digits'] = event.created_at % 60;
	for (const name of ['id', 'pubkey', 'sig'] as const)
		for (let at = 0; at < 3; at++) features[`room ${name} byte ${at}`] = Number.parseInt(event[name].slice(2 * at, 2 * at + 2), 16);
	return { ...features, ...envelopeFeatures(event.tags.find(([name]) => name === 'bauta')?.[2] ?? '', false, arrivals[0]) };
}

/** All that room, server and TCP show of one message, by the name of each thing. */
export function featuresOf(session: Session): Features {
	const { lines, text, sight } = session;
	const textBytes = Buffer.byteLength(text);
	const isNostr = sight.frames[0]?.text.startsWith('{') ?? false;
	const prefix = (at: number) => (lines.length > 1 ? `relay ${at + 1}: ` : '');
	const apart: Features =
		lines.length > 1
			? {
					'server relays: message at one, then the other': spokenAt(lines[1]) - spokenAt(lines[0]),
					'path relays: opening at one, then the other': firstAt(lines[1]) - firstAt(lines[0]),
				}
			: {};
	return {
		...(isNostr ? nostrRoom(session) : xmppRoom(session)),
		...Object.assign({}, ...lines.map((events, at) => serverFeatures(events, prefix(at), textBytes))),
		...apart,
		...Object.assign({}, ...lines.map((events, at) => pathFeatures(events, prefix(at)))),
	};
}

/** When the message itself came to a server. */
const spokenAt = (events: LineEvent[] | undefined): number => events?.find(({ text }) => text.startsWith('["EVENT"'))?.at ?? 0;
const firstAt = (events: LineEvent[] | undefined): number => events?.[0]?.at ?? 0;
