import { request } from '../../messages/request.ts';
import { type ImportedKey, KeyForm } from '../keys/key-form.tsx';
import { firstRun } from '../state/navigation.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { text } from '../ui/text.ts';
import type { Draft } from './steps.ts';

/** A key from elsewhere; over a vault that is there, the one that takes its place. */
export function ImportStep(props: {
	onKey: (key: ImportedKey) => void;
	onBackup: (text: string) => void;
	onChooseBackup: () => void;
	onBack: () => void;
}) {
	const { replace } = firstRun.value;
	return (
		<Screen title={text(replace ? 'popup_restore_title' : 'popup_import_title')} step={text('popup_step', 1)}>
			{replace && <p>{text('popup_restore_why')}</p>}
			<KeyForm use={text('popup_import_use')} onUse={props.onKey} onBackup={props.onBackup} onBack={props.onBack} />
			<Button kind="quiet" onPress={props.onChooseBackup}>
				{text('popup_welcome_backup')}
			</Button>
		</Screen>
	);
}

/** The passphrase for a vault with this key. The vault is made in this step. */
export function PassphraseStep(props: { draft: Draft | null; onDone: () => void; onBack: () => void }) {
	const create = (passphrase: string) => {
		const { key, keyPassphrase, confirmed } = props.draft ?? { key: '', keyPassphrase: '', confirmed: false };
		const { replace } = firstRun.value;
		return request('vault.create', { passphrase, key, keyPassphrase, confirmed, ...(replace ? { replace } : {}) });
	};
	return (
		<Screen title={text('popup_passphrase_title')} step={text('popup_step', 2)}>
			<p>{text('popup_passphrase_why')}</p>
			<div class="card note">
				<p>{text('popup_passphrase_forgotten')}</p>
			</div>
			<NewPassphrase submit={text('popup_passphrase_create')} onSubmit={create} onDone={props.onDone} onBack={props.onBack} />
		</Screen>
	);
}

/** The passphrase for a vault whose identity has no phrase: it lives on linked devices alone. */
export function DevicesOnlyStep(props: { onDone: () => void; onBack: () => void }) {
	return (
		<Screen title={text('popup_passphrase_title')} step={text('popup_step', 2)}>
			<div class="card note">
				<p>{text('popup_devices_only_lost')}</p>
			</div>
			<NewPassphrase
				submit={text('popup_passphrase_create')}
				onSubmit={(passphrase) => request('identity.devices-only', { passphrase, name: '' })}
				onDone={props.onDone}
				onBack={props.onBack}
			/>
		</Screen>
	);
}
