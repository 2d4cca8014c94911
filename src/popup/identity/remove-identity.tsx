import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce } from '../state/announcement.ts';
import { Screen } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

/** The key of the words that say whether and how it can come back. */
function recoveryWords({ kind, confirmed }: IdentitySummary): string {
	if (kind === 'linked' || kind === 'devices-only') return 'popup_remove_back_devices';
	if (kind !== 'phrase') return 'popup_remove_back_key';
	return confirmed ? 'popup_remove_back_phrase' : 'popup_remove_back_unkept';
}

/**
 * Takes an identity out of the vault, after saying what is lost and asking the passphrase. `next`: name of the identity that its rooms
 * will use.
 */
export function RemoveIdentity(props: { identity: IdentitySummary; next: string; onDone: () => void }) {
	const { identity } = props;
	const name = identity.name || text('popup_identity_unnamed');
	const recovery = recoveryWords(identity);
	const isForever = recovery === 'popup_remove_back_unkept' || recovery === 'popup_remove_back_devices';
	return (
		<Screen title={text('popup_remove_title', name)}>
			<div class="card note">
				<h2>{text('popup_remove_lost')}</h2>
				<ul>
					<li>{text('popup_remove_recognise')}</li>
					<li>{text('popup_remove_rooms', props.next)}</li>
				</ul>
			</div>
			<p class={isForever ? 'line warn' : ''}>{text(recovery)}</p>
			<PassphraseForm
				kind="grave"
				submit={text('popup_remove_do')}
				onSubmit={(passphrase) => request('identity.remove', { id: identity.id, passphrase })}
				onDone={() => {
					announce(text('popup_identity_removed', name));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
