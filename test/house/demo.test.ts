import { expect, it } from 'vitest';
import { faultsOf, type Report } from '../../scripts/demo/scene.ts';

const good: Report = {
	network: 'xmpp',
	frontend: 'converse',
	text: 'hello',
	sendMs: 100,
	views: {
		withoutBauta: { author: 'Anonymous-x', text: 'hello' },
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
