// Behaves like xmpp-web 0.10.7 (commit 7cfbe2c, 2025-09-28), written on 2026-11-29 from what that version draws; it shows no ids:
//   <div id="app"><main class="is-flex …"><div class="toolbar …"><div id="messages-container" class="messages-container">
//     <div class="mx-4 my-2 is-flex"><span><figure class="image is-32x32"><img class="is-rounded"></figure></span>
//     <span class="message-text …"><span>text</span><div class="content is-italic …"><b class="pr-1">nick</b><time>…</time></div></span></div></div>
//   <div class="sendbox …"><form><div class="field …"><div class="control …"><textarea class="textarea …"></div><button title="Send message">
// Seen by hand on 2026-11-29 in a build of that commit: switch, post, label here, for accounts and for guests.
// It speaks XMPP over a WebSocket alone (RFC 7395), and tells the room when the account begins to type (XEP-0085).
import { element, settings } from './page.js';

const { websocket, domain, name } = settings;
const room = decodeURIComponent(location.hash.split('/')[2]);
const parse = (xml) => new DOMParser().parseFromString(xml, 'text/xml').documentElement;
const escapeXml = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const list = element('div', { id: 'messages-container', class: 'messages-container', style: 'height: 300px; overflow-y: auto' });
const field = element('textarea', { class: 'textarea is-shadowless', placeholder: 'Send message', rows: '2' });
const send = element('button', { type: 'submit', class: 'button', title: 'Send message' }, 'send');
const form = element(
	'form',
	{},
	element('div', { class: 'field is-flex' }, element('div', { class: 'control is-flex-grow-1' }, field), send),
);
const sendbox = element('div', { class: 'sendbox has-border-top-shade-3' }, form);
const main = element(
	'main',
	{ class: 'is-flex is-flex-direction-column is-full-height' },
	element('div', { class: 'toolbar' }),
	list,
	sendbox,
);
document.getElementById('root').replaceWith(element('div', { id: 'app', class: 'is-full-height' }, main));

function draw(from, text) {
	const face = element('figure', { class: 'image is-32x32' }, element('img', { class: 'is-rounded', width: 32, height: 32, alt: '' }));
	const line = element(
		'div',
		{ class: 'content is-italic has-text-weight-light is-small' },
		element('b', { class: 'pr-1' }, from.slice(from.indexOf('/') + 1)),
		element('time', { datetime: new Date().toISOString() }, 'a few seconds ago'),
	);
	const body = element('span', { class: 'message-text has-background-shade-1' }, element('span', {}, text), line);
	list.append(element('div', { class: 'mx-4 my-2 is-flex' }, element('span', {}, face), body));
}

const socket = new WebSocket(websocket, 'xmpp');
const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${domain}' version='1.0'/>`;
const login = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${btoa(`\0${name}\0${name}`)}</auth>`;
const bind = `<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`;
const join = `<presence xmlns='jabber:client' to='${room}/${name}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
let isLoggedIn = false;

socket.onopen = () => socket.send(open);
socket.onmessage = ({ data }) => {
	const stanza = parse(data);
	if (stanza.localName === 'features') socket.send(isLoggedIn ? bind : login);
	if (stanza.localName === 'success') {
		isLoggedIn = true;
		socket.send(open);
	}
	if (stanza.getAttribute('id') === 'bind') for (const presence of ["<presence xmlns='jabber:client'/>", join]) socket.send(presence);
	const text = stanza.localName === 'message' && stanza.querySelector(':scope > body')?.textContent;
	if (text) draw(stanza.getAttribute('from'), text);
};

const say = (content) =>
	socket.send(`<message xmlns='jabber:client' type='groupchat' to='${room}' id='${Date.now()}'>${content}</message>`);
const active = "<active xmlns='http://jabber.org/protocol/chatstates'/>";
form.addEventListener('submit', (event) => {
	event.preventDefault();
	if (!field.value.trim()) return;
	say(`<body>${escapeXml(field.value)}</body>${active}`);
	field.value = '';
});
field.addEventListener('input', () => say("<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
field.addEventListener('keydown', (event) => event.key === 'Enter' && form.requestSubmit());
window.say = say;
