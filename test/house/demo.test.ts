import { expect, it } from 'vitest';
import { faultsOf, type Report } from '../../scripts/demo/scene.ts';
import { type VoiceReport, voiceFaults } from '../../scripts/demo/voice-report.ts';

const good: Report = {
	network: 'xmpp',
	frontend: 'converse',
	text: 'hello',
	sendMs: 100,
	views: {
		withoutBauta: { author: 'Anonymous maple river', text: 'hello' },
		otherUser: { verdict: 'foreign', label: 'Anonymous' },
		authorOtherDevice: { verdict: 'mine', label: 'Anonymous' },
	},
	account: { name: 'npub1abcdefyz', typing: 0, drafts: 0, sent: 0 },
	pictures: [],
};

it('finds nothing wrong with a good report', () => expect(faultsOf(good)).toEqual([]));

it.each<[string, Partial<Report['views']>, Partial<Report['account']>]>([
	['another text', { withoutBauta: { author: 'x', text: 'hullo' } }, {}],
	['the account as its author', { withoutBauta: { author: 'npub1abcdefyz', text: 'hello' } }, {}],
	['the account as its author, shortened', { withoutBauta: { author: 'npub1abc…yz', text: 'hello' } }, {}],
	['no author', { withoutBauta: { author: '', text: 'hello' } }, {}],
	['mine for somebody else', { otherUser: { verdict: 'mine', label: 'Anonymous' } }, {}],
	['foreign for the author', { authorOtherDevice: { verdict: 'foreign', label: 'Anonymous' } }, {}],
	['nothing for the author', { authorOtherDevice: { verdict: null, label: 'Anonymous' } }, {}],
	['labels that differ', { authorOtherDevice: { verdict: 'mine', label: 'Anonymous, you' } }, {}],
	['a typing notice', {}, { typing: 1 }],
	['a draft', {}, { drafts: 1 }],
	['a message under the account', {}, { sent: 1 }],
])('finds %s', (_, views, account) => {
	expect(faultsOf({ ...good, views: { ...good.views, ...views }, account: { ...good.account, ...account } })).toHaveLength(1);
});

const heard = (device: string, more = {}) => ({ device, label: 'Anonymous', sameVoice: true, ...more });
const goodVoices: VoiceReport = {
	network: 'xmpp',
	voice: {
		nick: 'Anonymous maple river',
		messages: [heard('laptop'), heard('phone')],
		imitator: { nick: 'Anonymous maple river', sameVoice: false },
	},
	reveal: { claimant: 'alice', verdict: 'proven' },
	challenge: { verdict: 'proven' },
	pictures: [],
};

it('finds nothing wrong with a good report of voices', () => expect(voiceFaults(goodVoices)).toEqual([]));

it.each<[string, Partial<VoiceReport['voice']>, Partial<VoiceReport>]>([
	['no author', { nick: '' }, {}],
	['one device alone', { messages: [heard('laptop'), heard('laptop')] }, {}],
	['another voice on the second device', { messages: [heard('laptop'), heard('phone', { sameVoice: false })] }, {}],
	['labels that differ', { messages: [heard('laptop'), heard('phone', { label: 'Anonymous, you' })] }, {}],
	['an imitator under the same voice', { imitator: { nick: 'x', sameVoice: true } }, {}],
	['a reveal that is not shown', {}, { reveal: { claimant: '', verdict: null } }],
	['an answer that is not shown', {}, { challenge: { verdict: null } }],
])('finds %s', (_, voice, more) => {
	expect(voiceFaults({ ...goodVoices, ...more, voice: { ...goodVoices.voice, ...voice } })).toHaveLength(1);
});
