import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { guests, saidOn, unlessSeen } from '../../scripts/leaks/wire.ts';

/** Bauta logs in as nobody, or by the message's own key, and nothing that it says names the account. */
export const row: RecordedRow = {
	id: 'N7',
	by: 'recording',
	mutations: [
		{
			file: 'src/networks/xmpp/wire/stanzas.ts',
			before: "element('auth', names.sasl, { mechanism: 'ANONYMOUS' });",
			after: "element('auth', names.sasl, { mechanism: 'ANONYMOUS', name: 'alice' });",
		},
		{
			file: 'src/networks/xmpp/wire/gate.ts',
			before: "[key('auth', names.sasl)]: { must: ['mechanism'] },",
			after: "[key('auth', names.sasl)]: { must: ['mechanism', 'name'] },",
		},
	],
	// no relay of the scenario asks for a login, and on that way nothing knows the account
	provable: ({ network }) => network === 'xmpp',
	check(recording) {
		const said = guests(recording).flatMap((connection) => saidOn(connection).map((text) => ({ text, id: connection.id })));
		const logins = said.filter(({ text }) => text.includes('<auth') || text.startsWith('["AUTH"'));
		const keys = new Set(recording.heard.flatMap((event) => /"pubkey":"([0-9a-f]{64})"/.exec(event)?.[1] ?? []));
		return [
			...unlessSeen(recording.meta.network === 'nostr' || logins.length > 0, 'Bauta logged in nowhere'),
			...logins.flatMap(({ text, id }) => {
				if (text.startsWith('<')) return /mechanism=["']ANONYMOUS["']/.test(text) ? [] : [`#${id} logs in: ${text}`];
				const key = /"pubkey":"([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
				return keys.has(key) ? [] : [`#${id} logs in with a key of no message`];
			}),
			...said.flatMap(({ text, id }) =>
				recording.meta.account
					.filter((name) => text.includes(name))
					.map((name) => `#${id} names the account, ${name}: ${text.slice(0, 200)}`),
			),
		];
	},
};
