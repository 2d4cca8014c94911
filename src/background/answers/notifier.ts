import type { NotifierRequests } from '../../messages/notifier.ts';
import { followRoom, notifierState, revokeNotifier, setNotifier, visitNow } from '../notifier/own-notifier.ts';
import type { Handlers } from '../router/router.ts';
import { requireUnlocked } from '../state/lock.ts';

/** What the popup asks about the user's own notifier. */
export const notifierAnswers: Pick<Handlers, keyof NotifierRequests> = {
	async 'notifier.state'() {
		await requireUnlocked();
		return notifierState();
	},
	'notifier.set': setNotifier,
	'notifier.visit': visitNow,
	'notifier.room': followRoom,
	'notifier.revoke': revokeNotifier,
};
