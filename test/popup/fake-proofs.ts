/** What the popup's tests say of proofs (fake-background.ts): the same voices and messages always; a text that begins rightly is right. */
import { BautaError } from '../../src/messages/errors.ts';
import type { OpenQuestion, ProofRequests, ShownVoice } from '../../src/messages/proofs.ts';
import type { RoomRef } from '../../src/messages/rooms.ts';

const lagoon: RoomRef = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };
const agora: RoomRef = { network: 'nostr', address: `28:${'5a'.repeat(32)}` };
const account = 'lagoon@rooms.chat.example/bob';
const maple: ShownVoice = {
	name: 'maple river orbit candy',
	pattern: 'M0 0h1v1h-1zM4 0h1v1h-1zM2 1h1v1h-1zM1 3h1v1h-1zM3 3h1v1h-1zM2 4h1v1h-1z',
};
const tenant: ShownVoice = { name: 'tenant quiz lunar dose', pattern: 'M1 0h1v1h-1zM3 0h1v1h-1zM0 2h1v1h-1zM4 2h1v1h-1zM2 3h1v1h-1z' };
const time = 1_795_300_200;
const questions: OpenQuestion[] = [];

/** Throws what the background throws where a text does not begin as it should. */
function demand(text: string, beginning: string): void {
	if (text.startsWith(beginning)) return;
	throw new BautaError(/^bauta-\w+:2:/.test(text) ? 'proof-newer' : 'proof-unknown');
}

export const proofAnswers: { [N in keyof ProofRequests]: (body: ProofRequests[N]['in']) => ProofRequests[N]['out'] } = {
	'proof.own': () => ({
		messages: [
			{
				...{ room: lagoon, id: 'a', author: 'lagoon@rooms.chat.example/Anonymous maple river', time, account, voice: maple, whyNot: null },
				excerpt: 'The workshop is empty in the evening, and the key hangs behind the door.',
			},
			{ room: agora, id: 'b', author: 'ab'.repeat(32), time: time - 90_000, account: '', voice: tenant, whyNot: null, excerpt: '' },
			{
				...{ room: lagoon, id: 'c', author: 'lagoon@rooms.chat.example/Anonymous', time: time - 180_000, account, voice: null },
				...{ whyNot: 'keyless', excerpt: 'Nobody knows.' },
			},
			{
				...{ room: lagoon, id: 'd', author: 'lagoon@rooms.chat.example/Anonymous', time: time - 190_000, account, voice: tenant },
				...{ whyNot: 'no-trace', excerpt: '' },
			},
		],
	}),
	'proof.make': ({ account: claimant, to }) => {
		if (claimant.trim() === '') throw new BautaError('proof-account');
		if (to === null) return { text: `bauta-reveal:1:${'Q'.repeat(420)}` };
		if (to.trim() === '') throw new BautaError('proof-key-unknown');
		return { text: `bauta-proof:1:${'Q'.repeat(420)}` };
	},
	'proof.check': ({ text, account: from, key, look }) => {
		demand(text, 'bauta-proof:1:');
		if (from === '') throw new BautaError('proof-account');
		if (text.endsWith('gone') && !look) throw new BautaError('proof-not-loaded');
		if (text.endsWith('other') && key === '') throw new BautaError('proof-not-mine');
		const { room } = { room: `xmpp:${lagoon.address}` };
		return { ...maple, form: 'private', claimant: account, room, time, excerpt: 'The workshop is empty in the evening.' };
	},
	'contact.read': ({ identity }) => {
		if (identity !== 'a') throw new BautaError('contact-no-root');
		return { text: `bauta-contact:1:An9L1LwaW_ppjf6BP--3o6vzL_ikboP6RjnNnzPt4px6` };
	},
	'contact.renew': () => ({ text: `bauta-contact:1:Ab9L1LwaW_ppjf6BP--3o6vzL_ikboP6RjnNnzPt4px6` }),
	'voice.list': () => ({
		voices: [
			{ ...maple, room: lagoon, key: `02${'ab'.repeat(32)}`, messages: 7, last: time, account },
			{ ...tenant, room: agora, key: `02${'cd'.repeat(32)}`, messages: 1, last: time - 90_000, account: '' },
		],
		questions,
	}),
	'voice.ask': ({ account: verifier }) => {
		if (verifier.trim() === '') throw new BautaError('proof-account');
		const text = `bauta-ask:1:${'Q'.repeat(300)}`;
		const question = { ...maple, text, room: `xmpp:${lagoon.address}`, until: Date.now() + 600_000 };
		questions.splice(0, 1, question);
		return question;
	},
	'question.look': ({ text }) => {
		demand(text, 'bauta-ask:1:');
		return { ...maple, room: `xmpp:${lagoon.address}`, verifier: 'lagoon@rooms.chat.example/ada', until: Date.now() + 600_000 };
	},
	'question.answer': ({ text }) => {
		if (text.endsWith('late')) throw new BautaError('challenge-late');
		return { text: `bauta-challenge:1:${'Q'.repeat(380)}` };
	},
	'answer.check': ({ text }) => {
		demand(text, 'bauta-challenge:1:');
		if (text.endsWith('used')) throw new BautaError('challenge-used');
		return { ...maple, at: Date.UTC(2026, 10, 23, 14, 3) };
	},
};
