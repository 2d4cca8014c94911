import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce } from '../state/store.ts';
import { Screen } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

/** Whether and how it can come back. */
function wayBack({ kind, confirmed }: IdentitySummary): string {
	if (kind === 'linked' || kind === 'devices-only') return 'popup_remove_back_devices';
	if (kind !== 'phrase') return 'popup_remove_back_key';
	return confirmed ? 'popup_remove_back_phrase' : 'popup_remove_back_unkept';
}

/** Takes an identity out of the vault, once it is said what is lost and the passphrase was asked. `next`: the name that its rooms go over to. */
export function RemoveIdentity(props: { identity: IdentitySummary; next: string; onDone: () => void }) {
	const { identity } = props;
	const name = identity.name || text('popup_identity_unnamed');
	const back = wayBack(identity);
	const grave = back === 'popup_remove_back_unkept' || back === 'popup_remove_back_devices';
	return (
		<Screen title={text('popup_remove_title', name)}>
			<div class="card note">
				<h2>{text('popup_remove_lost')}</h2>
				<ul>
					<li>{text('popup_remove_recognise')}</li>
					<li>{text('popup_remove_rooms', props.next)}</li>
				</ul>
			</div>
			<p class={grave ? 'line warn' : ''}>{text(back)}</p>
			<PassphraseForm
				grave
				submit={text('popup_remove_do')}
				busy={text('popup_unlocking')}
				onSubmit={async (passphrase) => {
					await request('identity.remove', { id: identity.id, passphrase });
				}}
				onDone={() => {
					announce(text('popup_identity_removed', name));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
