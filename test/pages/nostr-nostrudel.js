// Behaves like noStrudel 1.1.0 (commit 1261b4f, 2026-07-01), written on 2026-11-29 from what that version draws:
//   channels and groups: <div data-type="simple-view"><div>header</div><div><div>messages, newest first: <div>by one author:
//     <div data-id="<event id>"><div><a href="/u/<npub>"><span class="chakra-avatar">…</span></a></div><div><div><a class="chakra-link" href="/u/<npub>">name</a><time>…</time></div><div>text</div></div></div>
//     </div></div><form><div class="rta"><textarea></div><div><div role="group">…</div><button type="submit">Send</button></div></form></div></div>
//   streams: <div class="chakra-card__body"><div>zappers</div><div><div><div data-id="<event id>"><span class="chakra-avatar">…</span><span class="chakra-text"><a href="/u/<npub>">name</a>: </span>text</div></div></div>
//     <div><form><div class="rta"><input></div><button type="submit">Send</button></form><button>Zap</button></div></div>
// Seen by hand on 2026-11-29 in a build of that commit, in Chromium: switch, post, label, own send, in a channel, a group and beside a stream.
// It marks messages of one author in a row by one heading, and sends by its button, Ctrl and Enter (channels, groups) or Enter (streams).
import { decode, npubEncode } from 'nostr-tools/nip19';
import { SimplePool } from 'nostr-tools/pool';
import { shortName } from './nostr-page.js';
import { element, settings } from './page.js';

const [, view, part] = location.pathname.split('/').map(decodeURIComponent);
const isStream = view === 'streams';
const { kind, tag, filter } = {
	channels: () => ({ kind: 42, tag: ['e', decode(part).data.id, '', 'root'], filter: '#e' }),
	groups: () => ({ kind: 9, tag: ['h', part.split("'")[1]], filter: '#h' }),
	streams() {
		const { kind: of, pubkey, identifier } = decode(part).data;
		return { kind: 1311, tag: ['a', `${of}:${pubkey}:${identifier}`, '', 'root'], filter: '#a' };
	},
}[view]();

const list = element('div', { class: 'css-1', style: 'display: flex; flex-direction: column-reverse; height: 300px; overflow-y: auto' });
const field = element(isStream ? 'input' : 'textarea', { class: 'rta__textarea chakra-textarea', role: 'combobox' });
const send = element('button', { type: 'submit', class: 'chakra-button' }, 'Send');
const form = element('form', { class: 'css-2' }, element('div', { class: 'rta' }, field), send);
const box = isStream
	? element('div', { class: 'chakra-card__body' }, element('div'), list, element('div', {}, form, element('button', {}, 'Zap')))
	: element('div', { class: 'css-3' }, list, form);
const card = element('div', { class: 'chakra-card' }, element('div', { class: 'chakra-card__header' }, 'Stream Chat'), box);
const simpleView = element('div', { 'data-type': 'simple-view' }, element('div', {}, 'header'), isStream ? card : box);
document.getElementById('root').append(simpleView);

const face = (size) => element('span', { class: 'chakra-avatar', style: `display: inline-block; width: ${size}px; height: ${size}px` });
const link = (pubkey, ...children) => element('a', { class: 'chakra-link', href: `/u/${npubEncode(pubkey)}` }, ...children);

function drawInStream({ id, pubkey, content }) {
	const name = element('span', { class: 'chakra-text' }, link(pubkey, shortName(pubkey)), ': ');
	list.prepend(element('div', {}, element('div', { 'data-id': id }, face(24), name, content)));
}

let group;
function drawInRoom({ id, pubkey, content }) {
	const isFollowUp = group?.pubkey === pubkey;
	if (!isFollowUp) {
		group = { pubkey, element: element('div') };
		list.prepend(group.element);
	}
	const heading = isFollowUp ? [] : [element('div', {}, link(pubkey, shortName(pubkey)), element('time', {}, 'now'))];
	const avatar = element('div', { style: 'width: 40px' }, ...(isFollowUp ? [] : [link(pubkey, face(32))]));
	const body = element('div', {}, ...heading, element('div', {}, content));
	group.element.append(element('div', { 'data-id': id, style: 'display: flex' }, avatar, body));
}

const pool = new SimplePool();
pool.subscribeMany([settings.relay], { kinds: [kind], [filter]: [tag[1]] }, { onevent: isStream ? drawInStream : drawInRoom });
form.addEventListener('submit', async (event) => {
	event.preventDefault();
	const content = field.value;
	field.value = '';
	const signed = await window.nostr.signEvent({ kind, tags: [tag], content, created_at: Math.floor(Date.now() / 1000) });
	await Promise.allSettled(pool.publish([settings.relay], signed));
});
field.addEventListener('keydown', (event) => event.key === 'Enter' && event.ctrlKey && form.requestSubmit());
