import { useRef, useState } from 'preact/hooks';
import type { PopupRequests } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { state } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { download } from '../ui/download.ts';
import { Switch } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { Progress } from '../ui/progress.tsx';
import { text } from '../ui/text.ts';

/** The file: its name, and its text, which is encrypted already. */
type BackupFile = PopupRequests['backup.make']['out'];

const save = ({ name, text: content }: BackupFile) => download(name, content, 'application/json');

/** The backup is on its way to the browser's downloads; it can be had again. */
function BackupDone(props: { file: BackupFile; onDone: () => void }) {
	return (
		<Screen title={text('popup_backup_done_title')}>
			<p>{text('popup_backup_done', props.file.name)}</p>
			<p class="card note">{text('popup_backup_done_passphrase')}</p>
			<div class="row">
				<Button kind="quiet" onPress={() => save(props.file)}>
					{text('popup_backup_again')}
				</Button>
				<Button kind="main" onPress={props.onDone}>
					{text('popup_done')}
				</Button>
			</div>
		</Screen>
	);
}

/** The encrypted backup: the vault's passphrase, one of its own, then a file. */
export function MakeBackup(props: { onDone: () => void }) {
	const result = useRef<BackupFile | null>(null);
	const [file, setFile] = useState<BackupFile | null>(null);
	const [rootless, setRootless] = useState(false);
	/** whether there is a phrase or key that could be left out */
	const hasRoots = state.value?.identities.some(({ kind }) => kind !== 'linked');
	if (file) return <BackupDone file={file} onDone={props.onDone} />;
	return (
		<Screen title={text('popup_backup_title')}>
			<p>{text('popup_backup_what')}</p>
			{hasRoots && (
				<Switch label={text('popup_backup_rootless')} hint={text('popup_backup_rootless_hint')} on={rootless} onChange={setRootless} />
			)}
			<NewPassphrase
				askOld
				labels={{ old: text('popup_backup_vault'), new: text('popup_backup_own'), again: text('popup_backup_own_again') }}
				submit={text('popup_backup_do')}
				onSubmit={async (backupPassphrase, passphrase) => {
					result.current = await request('backup.make', { passphrase, backupPassphrase, roots: !rootless });
				}}
				onDone={() => {
					if (result.current) save(result.current);
					setFile(result.current);
				}}
				onBack={props.onDone}
			>
				{(busy) => <Progress on={busy} />}
			</NewPassphrase>
		</Screen>
	);
}
