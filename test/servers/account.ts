import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { patience } from '../until.ts';

/** A named account on a WebSocket of its own, for setting a scene and for looking on. Stanzas are plain strings. */
export interface TestAccount {
	readonly jid: string;
	/** every frame received, in order */
	readonly received: string[];
	/** when each came, ms on the clock of `performance` */
	readonly arrivals: number[];
	send(xml: string): void;
	/** the first frame, received before or later, that the pattern matches */
	wait(pattern: RegExp, timeoutMs?: number): Promise<string>;
	/** sends an iq and returns its result; throws on type="error" */
	iq(type: 'get' | 'set', to: string, payload: string): Promise<string>;
	join(room: string, nick: string, password?: string): Promise<void>;
	leave(room: string, nick: string): void;
	say(room: string, text: string): Promise<string>;
	close(): void;
}

export function escapeXml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const open = (to: string) => `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${to}' version='1.0'/>`;

/** SASL PLAIN over RFC 7395. */
export async function logIn(url: string, domain: string, name: string, password: string): Promise<TestAccount> {
	const socket = new WebSocket(url, 'xmpp');
	const received: string[] = [];
	const arrivals: number[] = [];
	const waiting = new Set<() => void>();
	socket.on('message', (data) => {
		received.push(String(data));
		arrivals.push(performance.now());
		for (const wake of [...waiting]) wake();
	});
	await new Promise<void>((resolve, reject) => {
		socket.once('open', resolve);
		socket.once('error', reject);
	});
	socket.on('error', () => undefined);
	const wait = (pattern: RegExp, timeoutMs = patience, from = 0) =>
		new Promise<string>((resolve, reject) => {
			let next = from;
			const look = () => {
				for (; next < received.length; next++) {
					const frame = received[next] ?? '';
					if (!pattern.test(frame)) continue;
					done();
					resolve(frame);
					return;
				}
			};
			const timer = setTimeout(() => {
				done();
				reject(new Error(`${name} waited in vain for ${pattern}; last: ${received.slice(-3).join('\n')}`));
			}, timeoutMs);
			const rejectClosed = () => {
				done();
				reject(new Error(`${name} lost the connection waiting for ${pattern}`));
			};
			const done = () => {
				clearTimeout(timer);
				waiting.delete(look);
				socket.off('close', rejectClosed);
			};
			socket.on('close', rejectClosed);
			waiting.add(look);
			look();
		});
	const ask = async (xml: string, pattern: RegExp) => {
		const from = received.length;
		socket.send(xml);
		return wait(pattern, patience, from);
	};
	await ask(open(domain), /<\/stream:features>|<\/features>/);
	const plain = Buffer.from(`\0${name}\0${password}`).toString('base64');
	const answer = await ask(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`, /<success|<failure/);
	if (answer.includes('<failure')) throw new Error(`${name} cannot log in: ${answer}`);
	await ask(open(domain), /<\/stream:features>|<\/features>/);
	const iq = async (type: 'get' | 'set', to: string, payload: string) => {
		const id = randomUUID();
		const target = to ? ` to='${to}'` : '';
		const result = await ask(`<iq xmlns='jabber:client' type='${type}' id='${id}'${target}>${payload}</iq>`, new RegExp(`<iq[^>]*${id}`));
		if (/<iq[^>]*type=['"]error/.test(result)) throw new Error(`iq to ${to}: ${result}`);
		return result;
	};
	const bindResult = await iq('set', '', `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>`);
	socket.send(`<presence xmlns='jabber:client'/>`);
	return {
		jid: /<jid>([^<]+)/.exec(bindResult)?.[1] ?? '',
		received,
		arrivals,
		send: (xml) => socket.send(xml),
		wait: (pattern, timeoutMs) => wait(pattern, timeoutMs),
		iq,
		async join(room, nick, secret) {
			const credential = secret === undefined ? '' : `<password>${escapeXml(secret)}</password>`;
			const muc = `<x xmlns='http://jabber.org/protocol/muc'>${credential}</x>`;
			const answered = await ask(
				`<presence xmlns='jabber:client' to='${room}/${nick}'>${muc}</presence>`,
				/code=['"]110|<presence[^>]*error/,
			);
			if (/<presence[^>]*type=['"]error/.test(answered)) throw new Error(`${name} cannot join ${room}: ${answered}`);
		},
		leave: (room, nick) => socket.send(`<presence xmlns='jabber:client' type='unavailable' to='${room}/${nick}'/>`),
		async say(room, text) {
			const id = randomUUID();
			await ask(
				`<message xmlns='jabber:client' type='groupchat' id='${id}' to='${room}'><body>${escapeXml(text)}</body></message>`,
				new RegExp(`<message[^>]*${id}`),
			);
			return id;
		},
		close: () => {
			if (socket.readyState === WebSocket.OPEN) socket.send(`<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`);
			socket.close();
			setTimeout(() => socket.terminate(), 500).unref();
		},
	};
}
