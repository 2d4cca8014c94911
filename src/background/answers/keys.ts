import type { PopupRequests } from '../../messages/popup.ts';
import {
	addIdentity,
	askBack,
	createVault,
	generatePhrase,
	phraseOf,
	previewKey,
	removeIdentity,
	renameIdentity,
} from '../identities/identities.ts';
import { runSlowTask } from '../identities/slow-task.ts';
import { roomsChanged } from '../pages/room-state.ts';
import type { Handlers } from '../router/router.ts';
import { checkPassphrase, setUnlocked } from '../state/lock.ts';
import { vault } from '../state/vault.ts';
import { backupAnswers } from './backups.ts';
import type { FrequentRequest } from './popup.ts';
import { voiceAnswers } from './voices.ts';

/** What the popup asks of keys, identities and backups: by hand, and seldom. */
export const keyAnswers: Pick<Handlers, Exclude<keyof PopupRequests, FrequentRequest>> = {
	'identity.generate': async () => ({ phrase: await generatePhrase() }),
	'identity.preview': ({ text, passphrase }) => runSlowTask((watch) => previewKey(text, passphrase ?? '', watch)),
	async 'vault.create'({ passphrase, key, keyPassphrase, confirmed, replace }) {
		await setUnlocked(await createVault(passphrase, key, keyPassphrase, confirmed, replace === true));
		return null;
	},
	async 'vault.passphrase'({ old, passphrase }) {
		await vault.changePassphrase(old, passphrase);
		return null;
	},
	async 'identity.phrase'({ id, passphrase }) {
		// the passphrase is asked although the vault is open: a phrase on the screen gives away more than an open vault
		await checkPassphrase(passphrase);
		return phraseOf(id);
	},
	async 'identity.confirm'({ id, words }) {
		await askBack(id, words);
		return null;
	},
	async 'identity.import'({ key, keyPassphrase, name }) {
		await addIdentity(key, keyPassphrase, name);
		await roomsChanged();
		return null;
	},
	async 'identity.rename'({ id, name }) {
		await renameIdentity(id, name);
		return null;
	},
	async 'identity.remove'({ id, passphrase }) {
		await checkPassphrase(passphrase);
		await removeIdentity(id);
		await roomsChanged();
		return null;
	},
	...backupAnswers,
	...voiceAnswers,
};
