import type { PopupRequests } from '../../messages/popup.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { writableGeneration } from '../identities/generations.ts';
import { requireIdentity } from '../identities/identities.ts';
import { listVoices } from '../identities/own-voices.ts';
import { forgetVoice, renewVoice } from '../identities/voices.ts';
import type { Handlers } from '../router/router.ts';

/** What the popup asks of voices that speak more than once. */
export const voiceAnswers: Pick<Handlers, Extract<keyof PopupRequests, `voices.${string}`>> = {
	'voices.list': async ({ identity }) => ({ voices: await listVoices(await requireIdentity(identity)) }),
	async 'voices.renew'({ identity, path, from }) {
		const generation = await writableGeneration(await requireIdentity(identity), Math.floor(Date.now() / 1000));
		try {
			await renewVoice(identity, generation, { path, from });
		} finally {
			forgetGeneration(generation.node);
		}
		return null;
	},
	async 'voices.forget'({ identity, path }) {
		await forgetVoice(identity, path);
		return null;
	},
};
