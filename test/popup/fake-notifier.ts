import { BautaError } from '../../src/messages/errors.ts';
import type { NotifierRequests, NotifierRoom, NotifierState } from '../../src/messages/notifier.ts';

/** A notifier as the popup sees one. Addresses decide: `gone.example` never answers, `strict.example` refuses, `unasked.example` the browser has not allowed yet, and at `other.example` another identity writes in the first room by now. */
const rooms = (): NotifierRoom[] => [
	{ room: { network: 'xmpp', address: 'lagoon@rooms.chat.example' }, name: 'The Lagoon', ...quiet() },
	{ room: { network: 'xmpp', address: 'far@rooms.other.example' }, name: '', ...quiet() },
];
const quiet = () => ({ follow: false, keys: false, asks: false, waits: false, until: 0, fault: null, state: null });
let state: NotifierState = { notifier: null, rooms: [] };

function visit(): NotifierState {
	const { notifier } = state;
	if (!notifier) throw new BautaError('notifier-missing');
	const code = notifier.address.includes('gone') ? 'notifier-down' : notifier.address.includes('strict') ? 'notifier-not-allowed' : null;
	state.notifier = { ...notifier, wasAsked: true, fault: code && { code, detail: 'deliveryHosts has no ntfy.example' } };
	if (!code) Object.assign(state.notifier, { isRegistered: true, isAllowed: true, seen: Date.now() - 3 * 3_600_000 });
	return structuredClone(state);
}

/** What the background answers about the user's own notifier. */
export const notifierAnswers: { [N in keyof NotifierRequests]: (body: NotifierRequests[N]['in']) => NotifierState } = {
	'notifier.state': () => structuredClone(state),
	'notifier.set': ({ address, secret, kind, target }) => {
		if (!/^https:[^#]*$/.test(address)) throw new BautaError('notifier-address');
		if (secret.length !== 43 && !(secret === '' && state.notifier)) throw new BautaError('notifier-secret-form');
		if (!target.startsWith('https://')) throw new BautaError('notifier-target');
		const before = state.notifier ?? {
			isAllowed: !address.includes('unasked'),
			wasAsked: false,
			isRegistered: false,
			seen: 0,
			delivery: null,
		};
		state = { rooms: state.notifier ? state.rooms : rooms(), notifier: { ...before, address, kind, target, fault: null } };
		if (address.includes('other')) Object.assign(state.rooms[0] ?? {}, { follow: true, keys: true, asks: true });
		return structuredClone(state);
	},
	'notifier.visit': visit,
	'notifier.room': ({ room, follow, keys }) => {
		const meant = state.rooms.find((one) => one.room.address === room.address);
		if (meant) Object.assign(meant, { follow, keys, asks: false, until: keys ? 1_799_000_000 : 0 });
		if (meant && room.address.startsWith('far')) meant.fault = follow ? { code: 'notifier-topic', detail: 'no such server' } : null;
		return visit();
	},
	'notifier.revoke': ({ alone }) => {
		if (state.notifier?.address.includes('gone') && !alone) throw new BautaError('notifier-down');
		state = { notifier: null, rooms: [] };
		return structuredClone(state);
	},
};

/** Sets how things stand. */
export const setNotifierState = (next: NotifierState): void => {
	state = next;
};
