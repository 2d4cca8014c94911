// Behaves like Chachi (commit 77eb037, 2026-03-20), written on 2026-11-21 from what that version draws; it shows no ids:
//   <div class="grid …"><div class="flex flex-col-reverse … pretty-scrollbar" style="height: calc(100dvh - 130px);"><div class="flex flex-col w-full"><div class="flex flex-row gap-2 items-end mb-2 …">
//     <span class="… size-7">…</span><div class="flex flex-row gap-2 items-center"><div class="z-0 relative …">
//     <div class="flex flex-row gap-1 items-center"><h3 class="text-sm font-semibold">name, or six digits of the key</h3></div><div>text</div>
//   <div class="w-full px-2 py-[8px] transition-height" style="height: 50px;"><div class="flex flex-row gap-1 items-center h-full"><textarea>
// Seen by hand on 2026-11-22 in a build of that commit with NDK 2.18.1: switch, post, labels here and on other devices, own send held back.
// It takes from its signer nothing but the signature, so another key's event would go out in the account's name (the real NDK 2.18.1).
import NDK, { NDKEvent, NDKNip07Signer, NDKRelaySet } from '@nostr-dev-kit/ndk';
import './nostr-page.js';
import { element, settings } from './page.js';

const group = location.pathname.split('/')[2];
const day = element('div', { class: 'flex flex-col w-full' });
const list = element(
	'div',
	{
		class: 'flex flex-col-reverse overflow-y-auto px-2 w-full transition-height relative pretty-scrollbar',
		style: 'overflow-y: auto; height: calc(100dvh - 130px)',
	},
	day,
);
const field = element('textarea', { placeholder: 'Message' });
const input = element(
	'div',
	{ class: 'w-full px-2 py-[8px] transition-height', style: 'height: 50px' },
	element('div', { class: 'flex flex-row gap-1 items-center h-full' }, field),
);
document.body.style.margin = '0';
document
	.getElementById('root')
	.append(element('div', { style: 'height: 80px' }, 'Lab'), element('div', { class: 'grid', style: 'display: grid' }, list, input));

let last;
const client = new NDK({ explicitRelayUrls: [settings.relay], signer: new NDKNip07Signer() });
client.connect();
const subscription = client.subscribe({ kinds: [9], '#h': [group] }, { closeOnEose: false });
subscription.on('event', (event) => {
	const chain = last?.pubkey === event.pubkey;
	last = event;
	const heading = element(
		'div',
		{ class: 'flex flex-row gap-1 items-center' },
		element('h3', { class: 'text-sm font-semibold' }, event.pubkey.slice(0, 6)),
	);
	const bubble = element('div', { class: 'z-0 relative p-1 px-2' }, ...(chain ? [] : [heading]), element('div', {}, event.content));
	const avatar = element('span', { class: 'relative flex rounded-full size-7' }, element('img', { width: 28, height: 28, alt: '' }));
	day.append(
		element(
			'div',
			{ class: 'flex flex-row gap-2 items-end mb-2' },
			...(chain ? [] : [avatar]),
			element('div', { class: 'flex flex-row gap-2 items-center' }, bubble),
		),
	);
});
field.addEventListener('keydown', async (key) => {
	if (key.key !== 'Enter' || !field.value) return;
	const event = new NDKEvent(client, { kind: 9, tags: [['h', group, settings.relay]], content: field.value });
	await event.publish(NDKRelaySet.fromRelayUrls([settings.relay], client));
	field.value = '';
});
