import { useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import type { PopupRequests } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { SecretField } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { Working } from '../ui/progress.tsx';
import { day, kindText, text } from '../ui/text.ts';
import { textOfFile } from './key-file.ts';

type Inside = PopupRequests['backup.look']['out'];

function Contents(props: { inside: Inside }) {
	const { identities, rooms } = props.inside;
	return (
		<div class="card found">
			<p class="label on">{text('popup_found')}</p>
			<ul class="plain-list">
				{identities.map(({ name, kind, created }, index) => (
					<li key={index}>
						<h2 dir="auto">{name || text('popup_identity_unnamed')}</h2>
						<p class="hint">
							{kindText(kind)} · {text('popup_identity_since', day(created))}
						</p>
					</li>
				))}
			</ul>
			<p class="hint">{text('popup_restore_backup_rooms', rooms)}</p>
			{identities.some(({ kind }) => kind === 'linked') && <p class="line warn">{text('popup_restore_backup_rootless')}</p>}
		</div>
	);
}

/**
 * A backup becomes the vault. `over`: there is a vault already, which is set aside. `given`: the file's text, where it is at hand.
 * `onRestoring`: it has begun, and, where it failed, that it is over.
 */
export function RestoreBackup(props: {
	over: boolean;
	given: string;
	onRestoring: (on: boolean) => void;
	onDone: () => void;
	onBack: () => void;
}) {
	const [file, setFile] = useState({ name: '', text: props.given });
	const [backupPassphrase, setBackupPassphrase] = useState('');
	const [inside, setInside] = useState<Inside | null>(null);
	const [choosing, choose] = useState(false);
	const [busy, setBusy] = useState(false);
	const looking = useAction();
	useAway(() => document.visibilityState === 'hidden' && !inside && setBackupPassphrase(''));
	const bring = (brought: File | undefined) =>
		brought &&
		looking.run(async () => {
			const read = await textOfFile(brought).catch(() => {
				throw new BautaError('backup-broken', 'format');
			});
			setInside(null);
			setFile({ name: brought.name, text: read });
		});
	const look = () =>
		looking.run(async () => {
			setInside(await request('backup.look', { text: file.text, backupPassphrase }));
			announce(text('popup_found'));
		});
	const restore = async (passphrase: string) => {
		setBusy(true);
		props.onRestoring(true);
		try {
			await request('backup.restore', { text: file.text, backupPassphrase, passphrase, replace: props.over });
			setBackupPassphrase('');
		} catch (fault) {
			props.onRestoring(false);
			throw fault;
		} finally {
			setBusy(false);
		}
	};
	const over = props.over && <p class="card note">{text('popup_restore_backup_over')}</p>;
	if (choosing)
		return (
			<Screen key="passphrase" title={text('popup_passphrase_title')}>
				<p>{text('popup_restore_backup_new')}</p>
				{over}
				<NewPassphrase
					submit={text('popup_restore_backup_do')}
					busy={text('popup_passphrase_creating')}
					onSubmit={restore}
					onDone={() => {
						announce(text('popup_restore_backup_done'));
						props.onDone();
					}}
					onBack={() => choose(false)}
				>
					<Working on={busy} />
				</NewPassphrase>
			</Screen>
		);
	const chosen = file.text !== '';
	return (
		<Screen key="file" title={text('popup_restore_backup_title')}>
			<p>{text('popup_restore_backup_what')}</p>
			<Form action={looking} onSubmit={look}>
				<label
					class="file drop"
					onDragOver={(event) => event.preventDefault()}
					onDrop={(event) => {
						event.preventDefault();
						bring(event.dataTransfer?.files[0]);
					}}
				>
					<input type="file" accept=".json,application/json" onChange={(event) => bring(event.currentTarget.files?.[0])} />
					<span>{text('popup_restore_backup_file')}</span>
				</label>
				{file.name && (
					<p class="line on" dir="auto">
						{text('popup_restore_backup_chosen', file.name)}
					</p>
				)}
				<SecretField
					label={text('popup_restore_backup_passphrase')}
					value={backupPassphrase}
					onInput={(value) => {
						setBackupPassphrase(value);
						setInside(null);
					}}
					invalid={looking.fault?.code === 'backup-passphrase'}
					describedBy="backup-problem"
				/>
				<Problem fault={looking.fault} id="backup-problem" />
				<Working on={looking.busy} />
				{inside && <Contents inside={inside} />}
				{inside && over}
				<div class="row">
					<Button kind="quiet" onPress={props.onBack}>
						{text('popup_back')}
					</Button>
					{inside ? (
						<Button kind="main" onPress={() => choose(true)}>
							{text('popup_restore_backup_use')}
						</Button>
					) : (
						<Button kind={chosen ? 'main' : 'plain'} submit action={looking}>
							{text(looking.busy ? 'popup_looking' : 'popup_restore_backup_look')}
						</Button>
					)}
				</div>
			</Form>
		</Screen>
	);
}
