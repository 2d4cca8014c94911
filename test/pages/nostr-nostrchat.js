// Behaves like NostrChat 0.1.6 (commit 4f02fd6, 2023-09-29), written on 2026-11-21 from what that version draws:
//   <div data-visible="true" data-id="<event id>" class="message …"><div><div><img></div></div>
//     <div><div><div>name</div><div>time</div></div><div>text</div></div></div>
//   input: <div><div><div><div><div class="tiptap ProseMirror" contenteditable></div></div></div><div>…<button class="MuiButton-containedPrimary"></div></div></div>
// Seen by hand on 2026-11-22 in a build of that commit: switch, post, labels, own send held back.
// It reads in a worker, and opens a new socket for everything it publishes; both by the real nostr-tools 1.11.1, the version in its yarn.lock.
import { SimplePool } from 'nostr-tools-1';
import { shortName } from './nostr-page.js';
import { element, settings } from './page.js';

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

let last;
const reader = new Worker('/worker.js');
const { port1, port2 } = new MessageChannel();
port1.addEventListener('message', ({ data }) => {
	const [{ value: event }] = data.argumentList;
	draw(event, last);
	last = event;
});
port1.start();
reader.postMessage({ relays: [settings.relay], filters: [{ kinds: [42], '#e': [channel] }], callback: port2 }, [port2]);

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
	const pool = new SimplePool();
	const sent = pool.publish([settings.relay], event);
	for (const end of ['ok', 'failed']) sent.on(end, () => pool.close([settings.relay]));
}
send.addEventListener('click', publish);
editor.addEventListener('keydown', (event) => event.key === 'Enter' && !event.shiftKey && publish());
