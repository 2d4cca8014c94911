// Behaves like NostrChat 0.1.6 (commit 4f02fd6, 2023-09-29), written on 2026-11-21 from what that version draws:
//   <div data-visible="true" data-id="<event id>" class="message …"><div><div><img></div></div>
//     <div><div><div>name</div><div>time</div></div><div>text</div></div></div>
//   input: <div><div><div><div><div class="tiptap ProseMirror" contenteditable></div></div></div><div>…<button class="MuiButton-containedPrimary"></div></div></div>
// It reads in a worker (nostr-tools 1), and opens a new socket for everything it publishes.
import { element, settings, shortName } from './nostr-page.js';

const channel = location.pathname.split('/')[2];
localStorage.setItem('relays', JSON.stringify({ [settings.relay]: { read: true, write: true } }));
document.title = 'NostrChat - agora';
const messages = element('div');
const editor = element('div', { class: 'tiptap ProseMirror', contenteditable: 'true' });
const send = element('button', { class: 'MuiButton-root MuiButton-containedPrimary' }, 'send');
const input = element(
	'div',
	{},
	element('div', {}, element('div', {}, element('div', {}, editor)), element('div', {}, element('div'), send)),
);
document
	.getElementById('root')
	.append(element('div', { style: 'display:flex;flex-direction:column' }, element('div', {}, 'agora'), messages, input));

function draw(event, before) {
	const compact = before?.pubkey === event.pubkey;
	const avatar = element(
		'div',
		{ style: 'width:40px' },
		...(compact ? [] : [element('div', {}, element('img', { width: 40, height: 40, alt: '' }))]),
	);
	const heading = element('div', { style: 'display:flex' }, element('div', {}, shortName(event.pubkey)), element('div', {}, 'now'));
	const body = element('div', {}, ...(compact ? [] : [heading]), element('div', {}, event.content));
	messages.append(
		element(
			'div',
			{ 'data-visible': 'true', 'data-id': event.id, class: 'message css-1x', style: 'display:flex;position:relative' },
			avatar,
			body,
		),
	);
}

const reader = `const socket = new WebSocket(${JSON.stringify(settings.relay)}); const seen = new Set();
socket.onopen = () => socket.send(JSON.stringify(['REQ', 'c', { kinds: [42], '#e': [${JSON.stringify(channel)}] }]));
socket.onmessage = ({ data }) => { const [type, , event] = JSON.parse(data); if (type === 'EVENT' && !seen.has(event.id)) { seen.add(event.id); postMessage(event); } };`;
let last;
new Worker(URL.createObjectURL(new Blob([reader], { type: 'text/javascript' }))).onmessage = ({ data }) => {
	draw(data, last);
	last = data;
};

async function publish() {
	const content = editor.textContent;
	if (!content) return;
	editor.textContent = '';
	const event = await window.nostr.signEvent({
		kind: 42,
		tags: [['e', channel, settings.relay, 'root']],
		content,
		created_at: Math.floor(Date.now() / 1000),
	});
	const socket = new WebSocket(settings.relay);
	socket.addEventListener('open', () => socket.send(JSON.stringify(['EVENT', event])));
}
send.addEventListener('click', publish);
editor.addEventListener('keydown', (event) => event.key === 'Enter' && !event.shiftKey && publish());
