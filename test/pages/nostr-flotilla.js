// Behaves like Flotilla 1.6.3 (commit 1510f39, 2026-01-19), written on 2026-11-21 from what that version draws:
//   <div role="button" tabindex="0" data-event="<event id>" class="group relative flex …"><div class="flex w-full gap-3 overflow-auto">
//     <button class="flex items-start">…</button><div class="min-w-0 flex-grow pr-1"><div class="flex items-center gap-2">
//     <button class="text-sm font-bold">name</button><span class="text-xs opacity-50">…</span></div><div>text</div></div></div></div>
//   <div class="chat__compose bg-base-200"><div></div><form class="relative flex gap-2 p-2">…<div class="chat-editor"><div class="ProseMirror">
// Seen by hand on 2026-11-22 in a build of that commit with welshman 0.8.15: switch, post, labels here and on other devices, own send held back.
// It logs in to its relay as the account without being asked (NIP-42), and marks what it says with NIP-70; by the real welshman 0.8.15.
import { defaultSocketPolicies, makeSocketPolicyAuth, publish, request } from '@welshman/net';
import { Nip07Signer } from '@welshman/signer';
import { makeEvent } from '@welshman/util';
import { shortName } from './nostr-page.js';
import { element, settings } from './page.js';

const group = location.pathname.split('/')[3];
document.body.setAttribute('data-sveltekit-preload-data', 'hover');
// the real list scrolls above a composer that stays where it is
const messages = element('div', { class: 'flex flex-col-reverse pt-4', style: 'max-height: 300px; overflow-y: auto' });
const editor = element('div', { class: 'tiptap ProseMirror', contenteditable: 'true' });
const form = element(
	'form',
	{ class: 'relative flex gap-2 p-2' },
	element('div', { class: 'chat-editor flex-grow' }, element('div', {}, editor)),
	element('button', { 'data-tip': 'ctrl+enter to send' }, 'send'),
);
const title = element('div', { class: 'ellipsize' }, 'Lab');
document
	.getElementById('root')
	.append(
		element(
			'div',
			{},
			element('div', { 'data-component': 'PageBar' }, title),
			messages,
			element('div', { class: 'chat__compose bg-base-200' }, element('div'), form),
		),
	);

const signer = new Nip07Signer();
defaultSocketPolicies.push(makeSocketPolicyAuth({ sign: signer.sign }));
request({
	relays: [settings.relay],
	filters: [{ kinds: [9], '#h': [group] }],
	onEvent(event) {
		const heading = element(
			'div',
			{ class: 'flex items-center gap-2' },
			element('button', { class: 'text-sm font-bold' }, shortName(event.pubkey)),
			element('span', { class: 'text-xs opacity-50' }, 'now'),
		);
		const body = element('div', { class: 'min-w-0 flex-grow pr-1' }, heading, element('div', {}, element('p', {}, event.content)));
		const row = element(
			'div',
			{ class: 'flex w-full gap-3 overflow-auto' },
			element('button', { class: 'flex items-start' }, element('img', { width: 32, height: 32, alt: '' })),
			body,
		);
		messages.prepend(
			element(
				'div',
				{},
				element('div', { role: 'button', tabindex: '0', 'data-event': event.id, class: 'group relative flex w-full flex-col p-2' }, row),
			),
		);
	},
});
async function submit(event) {
	event.preventDefault();
	const content = editor.textContent;
	if (!content) return;
	editor.textContent = '';
	await publish({ relays: [settings.relay], event: await signer.sign(makeEvent(9, { tags: [['h', group], ['-']], content })) });
}
form.addEventListener('submit', submit);
editor.addEventListener('keydown', (event) => event.key === 'Enter' && event.ctrlKey && submit(event));
