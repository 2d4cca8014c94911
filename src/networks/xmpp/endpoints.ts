import type { XmppHints } from './hints.ts';
import type { Endpoint } from './stream/stream.ts';

/** Where servers put BOSH beside their WebSocket by default: Prosody, ejabberd, Openfire. */
const besides: Record<string, string> = {
	'/xmpp-websocket': '/http-bind',
	'/xmpp-websocket/': '/http-bind',
	'/ws': '/bosh',
	'/ws/': '/http-bind/',
};

/** An endpoint that may be used: encrypted, or on this machine. null: none. */
export function usable(href: string, kind: 'bosh' | 'websocket'): Endpoint | null {
	try {
		const { protocol, hostname } = new URL(href);
		const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
		const scheme = kind === 'bosh' ? 'http' : 'ws';
		return protocol === `${scheme}s:` || (protocol === `${scheme}:` && loopback) ? { kind, url: href } : null;
	} catch {
		return null;
	}
}

function besideWebSocket(websocket: string): string | undefined {
	const url = new URL(websocket.replace(/^ws/, 'http'));
	const path = besides[url.pathname];
	return path === undefined ? undefined : new URL(path, url).href;
}

/** Endpoints as the page uses them, BOSH before WebSocket: its requests need no handshake of their own. */
export function knownEndpoints(hints: XmppHints): Endpoint[] {
	const guess = hints.websocket && !hints.bosh ? besideWebSocket(hints.websocket) : undefined;
	const found = [
		hints.bosh ? usable(hints.bosh, 'bosh') : null,
		guess ? usable(guess, 'bosh') : null,
		hints.websocket ? usable(hints.websocket, 'websocket') : null,
	];
	return found.filter((endpoint) => endpoint !== null);
}
