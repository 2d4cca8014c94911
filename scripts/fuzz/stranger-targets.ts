import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { readTextForm, writeTextForm } from '../../src/devices/codes/text-form.ts';
import { readLinkCode, writeLinkCode } from '../../src/devices/linking/code.ts';
import { readRelayDocument } from '../../src/networks/nostr/wire/nip11.ts';
import { readFrame as readNostrFrame } from '../../src/networks/nostr/wire/page-traffic.ts';
import { parseRoom } from '../../src/networks/nostr/wire/room.ts';
import { passGate } from '../../src/networks/xmpp/wire/gate.ts';
import { roomId } from '../../src/networks/xmpp/wire/jid.ts';
import { readFrame as readXmppFrame } from '../../src/networks/xmpp/wire/page-traffic.ts';
import { groupMessage } from '../../src/networks/xmpp/wire/stanzas.ts';
import { writeXml } from '../../src/networks/xmpp/wire/xml.ts';
import { concat } from '../../src/protocol/bytes.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { parseFile } from '../../src/vault/file-format.ts';
import { ofBytes, ofText, type Target } from './target.ts';

/*
 * What pages, servers, other devices and files hand over around the protocol's own parsers. A reader of a page's frames never refuses: what is
 * no frame says nothing.
 */

const wire = 'Ab-_'.repeat(53);
const room = 'lobby@muc.chat.test';
const message = writeXml(groupMessage(room, 'x1', 'hello', wire, ''));
const archived = message.replace('to=', 'from=');
const reveal = `bauta-reveal:1:${wire}`;
const xmppFrames = [
	message,
	archived,
	archived.replace('hello', reveal).replace(/<anonymous.*<\/anonymous>/, ''),
	`<body xmlns="http://jabber.org/protocol/httpbind" sid="1">${archived}</body>`,
	`<message xmlns="jabber:client" from="${room}"><result xmlns="urn:xmpp:mam:2" id="a"><forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:00:00Z"/>${archived}</forwarded></result></message>`,
	`<iq xmlns="jabber:client" type="result" from="chat.test"><time xmlns="urn:xmpp:time"><tzo>Z</tzo><utc>2026-01-01T00:00:00Z</utc></time></iq>`,
	`<presence xmlns="jabber:client" from="${room}/a"><x xmlns="http://jabber.org/protocol/muc#user"><status code="110"/></x></presence>`,
];
const [id, author] = ['a'.repeat(64), 'b'.repeat(64)];
const event = {
	id,
	pubkey: author,
	created_at: 1_795_262_400,
	kind: 1111,
	tags: [['I', 'https://blog.test/post']],
	content: 'hello',
	sig: 'c'.repeat(128),
};
const nostrFrames = [
	[
		'EVENT',
		's',
		{ ...event, tags: [...event.tags, ['K', 'web'], ['i', 'https://blog.test/post'], ['k', 'web'], ['bauta', '1', wire.slice(0, 126)]] },
	],
	['EVENT', 's', { ...event, kind: 42, tags: [['e', id, '', 'root']] }],
	['EVENT', { ...event, kind: 9, tags: [['h', 'lab']] }],
	['EVENT', 's', { ...event, content: reveal }],
	['REQ', 's', { kinds: [1111], '#I': ['https://blog.test/post'], limit: 20 }],
	['OK', id, true, ''],
].map((frame) => JSON.stringify(frame));
const addresses = [
	`28:${id}`,
	"29:wss://relay.test/'lab",
	'22:I:https://blog.test/post',
	`22:A:30023:${author}:post`,
	`53:30311:${author}:live`,
];
const relayDocument = JSON.stringify({
	name: 'relay',
	limitation: { min_pow_difficulty: 16, auth_required: true, max_content_length: 4000 },
});
/** unix seconds */
const now = 1_795_262_400;
const { publicKey } = keyPair(new Uint8Array(32).fill(3));
const linkBody = readTextForm(
	'link',
	writeLinkCode({ once: publicKey, device: publicKey, name: 'laptop', browser: 'firefox', made: now }).text,
);
/** bytes of a vault file's check sum */
const sumLength = 16;
const vaultBody = new Uint8Array(readFileSync(resolve('test/vectors/vault/version-1.bin'))).slice(0, -sumLength);

/** the share of a reader of long texts */
const share = 0.2;

/** Readers of what pages, servers, other devices and files hand over. */
export const strangerTargets = (): Target[] => [
	ofText(
		'read: XMPP frame of a page',
		xmppFrames,
		(data) => {
			for (const direction of ['in', 'out'] as const) readXmppFrame({ direction, url: 'wss://chat.test/xmpp-websocket', data }, now);
		},
		share,
	),
	ofText(
		'read: Nostr frame of a page',
		nostrFrames,
		(data) => {
			for (const direction of ['in', 'out'] as const) readNostrFrame({ direction, url: 'wss://relay.test/', data });
			readNostrFrame({ direction: 'in', url: '', data });
		},
		share,
	),
	ofText('read: relay document', [relayDocument], readRelayDocument, share),
	ofText('XMPP gate', [message], passGate, share),
	ofText('XMPP room', [room, 'über@konferenz.bücher.example'], roomId, share),
	ofText('Nostr room', addresses, parseRoom, share),
	ofText('text form', [writeTextForm('keys', linkBody)], (text) => readTextForm('keys', text), share),
	ofBytes('link code', [linkBody], (body) => readLinkCode(writeTextForm('link', body), now), share),
	ofBytes('vault file under a right check sum', [vaultBody], (body) => parseFile(concat(body, sha256(body).slice(0, sumLength))), share),
];
