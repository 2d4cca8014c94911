/** What the popup's tests say of own voices (fake-background.ts): three of the first identity, until one is forgotten. */
import type { ListedVoice, PopupRequests } from '../../src/messages/popup.ts';

const pattern = 'M0 0h1v1h-1zM4 0h1v1h-1zM2 2h1v1h-1zM1 3h1v1h-1zM3 3h1v1h-1z';
const voice = (path: string, more: Partial<ListedVoice>): ListedVoice => ({
	...{ path: path.repeat(32), label: '', room: '', name: '', pattern: '', n: null, ended: false, met: false, used: 0 },
	...more,
});
let voices = [
	voice('a', { room: 'lagoon@rooms.chat.example', name: 'maple river', pattern, n: 7, used: 1_795_910_400 }),
	voice('b', { label: 'organiser of the gathering', name: 'olive canyon', pattern, n: 8 }),
	voice('c', { room: 'harbour@rooms.chat.example', ended: true, used: 1_794_000_000 }),
];

type Answers = { [N in Extract<keyof PopupRequests, `voices.${string}`>]: (body: PopupRequests[N]['in']) => PopupRequests[N]['out'] };
export const voiceAnswers: Answers = {
	'voices.list': ({ identity }) => ({ voices: identity === 'a' ? voices : [] }),
	'voices.renew': ({ path }) => {
		voices = voices.map((one) =>
			one.path === path ? { ...one, name: 'violet anchor', pattern, n: 9, ended: false, met: false, used: 0 } : one,
		);
		return null;
	},
	'voices.forget': ({ path }) => {
		voices = voices.filter((one) => one.path !== path);
		return null;
	},
};
