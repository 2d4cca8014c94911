import type { BrowserName, NetworkName, Post, Recording, WireConnection } from '../../../scripts/leaks/recording.ts';
import { texts as leakTexts } from '../../../scripts/leaks/texts.ts';

const began = Date.UTC(2026, 10, 29, 12);
/** Seconds after the beginning, as unix ms. */
export const second = (count: number): number => began + 1000 * count;

const origin = 'http://127.0.0.1:8001';
const language = { chromium: 'en-US,en;q=0.9', firefox: 'en-US,en;q=0.5' };

/** A TLS connection with one WebSocket handshake, and what was said on it. */
export function connection(
	id: number,
	owner: WireConnection['owner'],
	frames: [number, 'out' | 'in', string][],
	headers: [string, string][] = [],
): WireConnection {
	const opened = frames[0]?.[0] ?? 0;
	return {
		server: owner === 'sync' ? 'sync' : 'chat',
		owner,
		id,
		sourcePort: 40_000 + id,
		tls: { hello: { sessionId: '', ticket: '', psk: [], alpn: ['http/1.1'], serverName: '' }, ticketName: `ticket ${id}` },
		opened: second(opened),
		closed: second(opened + 10),
		requests: [{ method: 'GET', path: '/ws', headers, body: '', at: second(opened), status: 101 }],
		frames: frames.map(([at, direction, text]) => ({ at: second(at), direction, text })),
	};
}

const heads = (browser: BrowserName, network: NetworkName): [string, string][] => [
	['Host', network === 'xmpp' ? '127.0.0.1:8002' : 'relay.test:8002'],
	['Upgrade', 'websocket'],
	['Accept-Language', language[browser]],
];

const texts = ['one', 'two'];
const post = (text: string, entered: number): Post => ({
	text,
	mode: 'one-time',
	delay: [2, 4],
	entered: second(entered),
	isReply: false,
	label: 'mine',
	isShownAsOwn: false,
});

const key = (digit: string) => digit.repeat(64);
const event = (at: number, text: string) => ({
	id: key(String(at)),
	pubkey: key(String(at + 4)),
	kind: 1111,
	tags: [['bauta', '1', 'A']],
	content: text,
});

/** A guest that joins, speaks and leaves with pauses, or an event. */
function carrier(id: number, network: NetworkName, text: string, from: number, head: [string, string][]): WireConnection {
	if (network === 'nostr') return connection(id, 'bauta', [[from, 'out', JSON.stringify(['EVENT', event(id, text)])]], head);
	return connection(
		id,
		'bauta',
		[
			[from, 'out', "<auth mechanism='ANONYMOUS'/>"],
			[from + 1, 'out', "<presence to='lobby@muc.chat.test/x'><x><history maxstanzas='0'/></x></presence>"],
			[from + 4, 'out', `<message type='groupchat' id='${id}${id}${id}${id}${id}${id}'><body>${text}</body></message>`],
			[from + 7, 'out', "<presence type='unavailable'/>"],
		],
		head,
	);
}

/** A recording in which nothing leaks. Tests change one thing of it. */
export function cleanRecording(browser: BrowserName = 'chromium', network: NetworkName = 'xmpp'): Recording {
	const head = heads(browser, network);
	const account = network === 'xmpp' ? "<auth mechanism='PLAIN'>x</auth>" : '["REQ","a",{}]';
	const step = (name: string, from: number, to: number) => ({ name, began: second(from), ended: second(to) });
	return {
		meta: {
			...{ browser, network, version: '1', at: '', commit: '', extensionId: 'abcdefgh', pageOrigin: origin },
			...{
				serverHost: head[0]?.[1] ?? '',
				syncHost: '127.0.0.1:8003',
				room: 'lobby@muc.chat.test',
				account: ['alice'],
				wasRestarted: true,
			},
		},
		steps: [
			step('look', 1, 10),
			step('open', 1, 2),
			step('switch on', 20, 21),
			step('write 1', 22, 23),
			step('post 1', 23, 40),
			step('post 2', 50, 65),
			step('the page sends', 66, 68),
			step('lock', 70, 71),
			step('unlock', 72, 74),
			step('restart', 80, 85),
			step('unlink', 90, 91),
		],
		connections: [
			connection(1, 'page', [[2, 'out', account]], [...head, ['Cookie', 'lax-1=1'], ['Authorization', 'Basic YTpi']]),
			carrier(2, network, 'look', 5, head),
			carrier(3, network, 'one', 27, head),
			carrier(4, network, 'two', 54, head),
			connection(5, 'sync', [[0, 'out', JSON.stringify(['EVENT', { content: 'A'.repeat(5516) }])]], head),
		],
		posts: texts.map((text, at) => post(text, at === 0 ? 23 : 50)),
		heard:
			network === 'nostr'
				? [event(3, 'one'), event(4, 'two')].map((said) => JSON.stringify(said))
				: texts.map(
						(text, at) => `<message from='lobby@muc.chat.test/Anonymous maple ${at}' id='${at}abcdef'><body>${text}</body></message>`,
					),
		archive: [],
		messages: Array.from({ length: 9 }, () => ({
			at: second(3),
			kind: 'content' as const,
			body: '{"to":"content.rooms"}',
			answer: '{"ok":true}',
		})),
		canaries: [
			{ name: 'phrase', kind: 'key' },
			{ name: 'draft', kind: 'unsent' },
			{ name: 'room', kind: 'own' },
			{ name: 'page origin', kind: 'control' },
		],
		profileFiles: 300,
		profileUnread: [],
		profile: [{ canary: 'page origin', encoding: 'utf-8', file: 'Preferences', isOwn: false }],
		heap: { open: ['background.js: root', 'process: root'], locked: [] },
		surfaces: ['Converse', 'Bauta'],
		cookies: ['lax-1'],
		spied: { events: ['focus    '], nodes: ['<p>x</p>'], ports: 0, stored: [], windows: [], traces: [] },
		voices: {
			mine: ['words 0'],
			foreign: ['words 1'],
			named: ['words 2'],
			locked: { 'words 0': 'x', 'words 1': 'x', 'words 2': 'y' },
			unlocked: { 'words 0': 'x', 'words 1': 'x', 'words 2': 'y' },
			log: [],
			marks: ['words 0'],
		},
		privately: {
			hosts: browser === 'chromium' ? { privately: 1, elsewhere: 1 } : { privately: 0, elsewhere: 2 },
			...{ vault: 'locked', strays: [], before: [], after: [leakTexts.privately], elsewhere: [leakTexts.waiting] },
		},
		requests: [
			{ by: 'bauta', url: `wss://${head[0]?.[1]}/ws` },
			{ by: 'page', url: origin },
		],
	};
}
