import { useRef, useState } from 'preact/hooks';
import type { PopupRequests } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { state, useAway } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { Switch } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { Working } from '../ui/progress.tsx';
import { text } from '../ui/text.ts';

type Made = PopupRequests['backup.make']['out'];

/** Hands a text to the browser's downloads. It is encrypted already; the address that stands for it dies at once. */
function save({ name, text: content }: Made): void {
	const address = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	URL.revokeObjectURL(address);
}

/** The encrypted backup: the vault's passphrase, one of its own, then a file. */
export function MakeBackup(props: { onDone: () => void }) {
	const result = useRef<Made | null>(null);
	const [made, setMade] = useState<Made | null>(null);
	const [old, setOld] = useState('');
	const [rootless, setRootless] = useState(false);
	const [busy, setBusy] = useState(false);
	/** is there a phrase or key here that could be left out? */
	const held = state.value?.identities.some(({ kind }) => kind !== 'linked');
	useAway(() => document.visibilityState === 'hidden' && setOld(''));
	const make = async (backupPassphrase: string) => {
		setBusy(true);
		try {
			result.current = await request('backup.make', { passphrase: old, backupPassphrase, roots: !rootless });
		} finally {
			setBusy(false);
		}
	};
	if (made)
		return (
			<Screen key="made" title={text('popup_backup_done_title')}>
				<p>{text('popup_backup_done', made.name)}</p>
				<p class="card note">{text('popup_backup_done_passphrase')}</p>
				<div class="row">
					<Button kind="quiet" onPress={() => save(made)}>
						{text('popup_backup_again')}
					</Button>
					<Button kind="main" onPress={props.onDone}>
						{text('popup_done')}
					</Button>
				</div>
			</Screen>
		);
	return (
		<Screen key="make" title={text('popup_backup_title')}>
			<p>{text('popup_backup_what')}</p>
			{held && (
				<Switch label={text('popup_backup_rootless')} hint={text('popup_backup_rootless_hint')} on={rootless} onChange={setRootless} />
			)}
			<NewPassphrase
				labels={{ old: text('popup_backup_vault'), new: text('popup_backup_own'), again: text('popup_backup_own_again') }}
				old={{ value: old, onInput: setOld }}
				submit={text('popup_backup_do')}
				busy={text('popup_passphrase_creating')}
				onSubmit={make}
				onDone={() => {
					setOld('');
					if (result.current) save(result.current);
					setMade(result.current);
				}}
				onBack={props.onDone}
			>
				<Working on={busy} />
			</NewPassphrase>
		</Screen>
	);
}
