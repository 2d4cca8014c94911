import { describe, expect, it } from 'vitest';
import type { BrowserName, NetworkName, Recording } from '../../../scripts/leaks/recording.ts';
import { notJudged } from '../../../scripts/leaks/row.ts';
import { loadRows } from '../../../scripts/leaks/rows.ts';
import { cleanRecording, connection, second } from './sample.ts';

const rows = await loadRows();
/** What a row's check says. Snapshots are committed: what this sample has is in none of them. */
function check(id: string, recording: Recording): string[] {
	const row = rows.find((one) => one.id === id);
	if (row?.by !== 'recording') throw new Error(`${id} is judged from no recording`);
	return row.check(recording).filter((fault) => !/snapshot/.test(fault));
}

type Leak = [id: string, what: string, leak: (recording: Recording) => void, network?: NetworkName, browser?: BrowserName];

const guest = (recording: Recording) => recording.connections.find(({ owner }) => owner === 'bauta') as Recording['connections'][number];
const sendHeader = (recording: Recording, name: string, value: string) => guest(recording).requests[0]?.headers.push([name, value]);
const sayAsAccount = (at: number, text: string) => (recording: Recording) =>
	void recording.connections[0]?.frames.push({ direction: 'out', text, at: second(at) });

const leaks: Leak[] = [
	['N1', 'a cookie', (recording) => sendHeader(recording, 'Cookie', 'lax-1=1')],
	['N1', 'a cookie that is kept', (recording) => void recording.cookies.push('lax-3')],
	['N3', 'a password', (recording) => sendHeader(recording, 'Authorization', 'Basic YTpi')],
	['N2', 'the extension’s Origin', (recording) => sendHeader(recording, 'Origin', `moz-extension://${recording.meta.extensionId}`)],
	['N2', 'what kind of request it is', (recording) => sendHeader(recording, 'Sec-Fetch-Site', 'none')],
	['N4', 'another language', (recording) => void guest(recording).requests[0]?.headers.splice(2, 1, ['Accept-Language', 'de-CH'])],
	[
		'N5',
		'the page’s connection',
		({ connections: [page] }) => void page?.requests.push({ ...(page.requests[0] as (typeof page.requests)[number]), path: '/host-meta' }),
	],
	[
		'N5',
		'the page’s TLS session',
		(recording) => void guest(recording).tls?.hello.psk.push(recording.connections[0]?.tls?.ticketName ?? ''),
	],
	[
		'N5',
		'the TLS session of a connection that the browser opened beside the page’s',
		(recording) => {
			recording.connections.splice(1, 0, { ...connection(9, 'bauta', []), requests: [] });
			recording.connections[2]?.tls?.hello.psk.push('ticket 9');
		},
	],
	['N5', 'a TLS session that the page takes', ({ connections: [page] }) => void page?.tls?.hello.psk.push('ticket 2')],
	[
		'N5',
		'the connection of the page’s login',
		(recording) => {
			const login = connection(9, 'page', [[1, 'out', 'x']]);
			recording.connections.push({ ...login, requests: ['/login', '/host-meta'].map((path) => ({ ...login.requests[0], path }) as never) });
		},
	],
	[
		'N6',
		'two messages on a connection',
		(recording) => void recording.connections[2]?.frames.push({ direction: 'out', text: 'more', at: second(55) }),
	],
	['N6', 'a TLS session that is resumed', (recording) => void guest(recording).tls?.hello.psk.push('ticket')],
	['N6', 'a TLS session of another message', (recording) => void recording.connections[3]?.tls?.hello.psk.push('ticket 3')],
	[
		'N7',
		'a login by name',
		(recording) => void guest(recording).frames.push({ direction: 'out', text: "<auth mechanism='PLAIN'>x</auth>", at: second(6) }),
	],
	[
		'N7',
		'the account’s name',
		(recording) => void guest(recording).frames.push({ direction: 'out', text: "<iq from='alice'/>", at: second(6) }),
	],
	[
		'N7',
		'a login with a key of no message',
		(recording) => void guest(recording).frames.push({ direction: 'out', text: `["AUTH",{"pubkey":"${'a'.repeat(64)}"}]`, at: second(6) }),
		'nostr',
	],
	['N10', 'a connection at the switch', (recording) => void recording.connections.push(connection(9, 'bauta', [[20.5, 'out', 'look']]))],
	['N11', 'the page’s origin to another site', (recording) => sendHeader(recording, 'Origin', recording.meta.pageOrigin), 'nostr'],
	['P1', 'a notice of typing', sayAsAccount(22.5, '<message><composing/></message>')],
	['P2', 'a draft in the page', ({ spied }) => void spied.stored.push('velvet kazoo')],
	['P3', 'a key', ({ spied }) => void spied.events.push('keydown a  textarea ')],
	['P3', 'a message of the composer’s to the page', ({ spied }) => void spied.events.push('message  a  moz-extension://x')],
	['P4', 'a message of the account’s', sayAsAccount(67, '<message><body>x</body></message>')],
	['P5', 'a receipt', sayAsAccount(60, "<message><displayed xmlns='urn:xmpp:chat-markers:0'/></message>")],
	['P6', 'a message shown as the account’s own', ({ posts }) => void Object.assign(posts[0] ?? {}, { isShownAsOwn: true })],
	['P8', 'a name in the document', ({ spied }) => void spied.traces.push('<i id="bauta">')],
	['P9', 'another look', ({ voices }) => void Object.assign(voices.unlocked, { 'words 0': 'y' })],
	['P9', 'a change at the unlock', ({ voices }) => void voices.log.push('attributes')],
	['T1', 'no delay', ({ posts }) => void Object.assign(posts[0] ?? {}, { entered: second(26) })],
	['T4', 'a sync while messages are posted', (recording) => void recording.connections.push(connection(9, 'sync', [[30, 'out', 'x']]))],
	['T5', 'no pause', (recording) => void Object.assign(recording.connections[2]?.frames[2] ?? {}, { at: second(28.5) })],
	[
		'I4d',
		'an id that comes twice',
		(recording) => recording.heard.push(recording.heard[0]?.replace('<body>one', "<body x='123456'>two") ?? ''),
	],
	['S1', 'the phrase on the disk', ({ profile }) => void profile.push({ canary: 'phrase', encoding: 'utf-16', file: 'x', isOwn: false })],
	[
		'S1',
		'the room in a store of Bauta’s own',
		({ profile }) => void profile.push({ canary: 'room', encoding: 'utf-8', file: 'x', isOwn: true }),
	],
	['S1', 'a file that nobody could read', ({ profileUnread }) => void profileUnread.push('x.sqlite: no database')],
	['S2', 'a key after the lock', ({ heap }) => void heap.locked.push('process: root')],
	['S2', 'the lock told to a content script', ({ messages }) => void Object.assign(messages[0] ?? {}, { answer: '{"vault":"unlocked"}' })],
	['S4', 'a draft in a title', ({ surfaces }) => void surfaces.push('pewter walrus half written')],
	[
		'S4',
		'a draft in the history',
		({ profile }) => void profile.push({ canary: 'draft', encoding: 'utf-8', file: 'Default/History', isOwn: false }),
	],
	['S3', 'a draft on the disk', ({ profile }) => void profile.push({ canary: 'draft', encoding: 'utf-8', file: 'x', isOwn: true })],
	['S6', 'an outbox that two windows share', ({ privately }) => void privately.before.push('copper lantern still waiting to leave')],
	['S6', 'a private window that leaves something in the memory of all', ({ privately }) => void privately.strays.push('record:outbox')],
	['S6', 'Bauta in a private window', ({ privately }) => void Object.assign(privately.hosts, { privately: 1 }), 'xmpp', 'firefox'],
	[
		'S5',
		'a size of its own',
		(recording) => void recording.connections.push(connection(9, 'sync', [[0, 'out', '["EVENT",{"content":"AAAA"}]']])),
	],
	[
		'S5',
		'the room’s name',
		(recording) => void recording.connections.push(connection(9, 'sync', [[0, 'out', `["EVENT",{"content":"${recording.meta.room}"}]`]])),
	],
];

describe('each row’s check', () => {
	it.each(leaks)('%s sees %s, and nothing where there is none', (id, _, leak, network = 'xmpp', browser = 'chromium') => {
		const recording = cleanRecording(browser, network);
		expect(check(id, recording)).toEqual([]);
		leak(recording);
		expect(check(id, recording).length).toBeGreaterThan(0);
	});

	it('is tested here, where a recording is what it judges by more than a list', () => {
		const bySnapshot = ['N8', 'I5d'];
		const judged = rows.filter(({ by }) => by === 'recording').map(({ id }) => id);
		expect(judged.filter((id) => !bySnapshot.includes(id) && !leaks.some(([leak]) => leak === id))).toEqual([]);
	});

	it('holds nothing for closed that the recording could not show', () => {
		const spied = { ...cleanRecording().spied, events: [], nodes: [] };
		const lists = { connections: [], posts: [], steps: [], messages: [], profile: [], heard: [], surfaces: [] };
		const privately = { ...cleanRecording().privately, after: [] };
		const empty = { ...cleanRecording(), ...lists, spied, privately };
		for (const { id } of rows.filter(({ by }) => by === 'recording'))
			if (!['P2', 'P9', 'N8'].includes(id)) expect(check(id, empty), id).not.toEqual([]);
	});
});

describe('the rows', () => {
	it('are those of the list, one file each', () => {
		const all = [11, 10, 5, 5, 7, 1, 3, 2].reduce((sum, count) => sum + count);
		expect(rows).toHaveLength(all);
		expect(rows.slice(0, 3).map(({ id }) => id)).toEqual(['N1', 'N2', 'N3']);
	});

	it('say why where they are open', () => {
		for (const row of rows) if (row.by === 'nothing') expect(row.reason || notJudged).not.toBe('');
	});
});
