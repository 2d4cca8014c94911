import './keys.css';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import type { PopupRequests } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { type Action, useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { useAway } from '../state/away.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { SecretField } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { Progress } from '../ui/progress.tsx';
import { day, kindText, text } from '../ui/text.ts';
import { textOfFile } from './key-file.ts';

type BackupContents = PopupRequests['backup.look']['out'];

/** A backup file as it is being opened. `text` '' = none chosen yet; `contents` null = not opened yet. */
interface OpenBackup {
	name: string;
	text: string;
	passphrase: string;
	contents: BackupContents | null;
}

function Contents(props: { contents: BackupContents }) {
	const { identities, rooms } = props.contents;
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

/** Takes the file, chosen or dropped. */
function BackupFile(props: { name: string; onFile: (file: File) => void }) {
	const take = (files: FileList | null | undefined) => {
		const [file] = files ?? [];
		if (file) props.onFile(file);
	};
	return (
		<>
			<label
				class="file drop"
				onDragOver={(event) => event.preventDefault()}
				onDrop={(event) => {
					event.preventDefault();
					take(event.dataTransfer?.files);
				}}
			>
				<input type="file" accept=".json,application/json" onChange={(event) => take(event.currentTarget.files)} />
				<span>{text('popup_restore_backup_file')}</span>
			</label>
			{props.name && (
				<p class="line on" dir="auto">
					{text('popup_restore_backup_chosen', props.name)}
				</p>
			)}
		</>
	);
}

/** The first step: a file, its passphrase, and what is in it. */
function OpenStep(props: {
	backup: OpenBackup;
	action: Action;
	onFile: (file: File) => void;
	onPassphrase: (passphrase: string) => void;
	onOpen: () => void;
	onUse: () => void;
	onBack: () => void;
	/** stands below what is in the backup */
	warning: ComponentChildren;
}) {
	const { backup, action } = props;
	return (
		<Screen key="file" title={text('popup_restore_backup_title')}>
			<p>{text('popup_restore_backup_what')}</p>
			<Form action={action} onSubmit={props.onOpen}>
				<BackupFile name={backup.name} onFile={props.onFile} />
				<SecretField
					label={text('popup_restore_backup_passphrase')}
					value={backup.passphrase}
					onInput={props.onPassphrase}
					invalid={action.fault?.code === 'backup-passphrase'}
					describedBy="backup-problem"
				/>
				<Problem fault={action.fault} id="backup-problem" />
				<Progress on={action.busy} />
				{backup.contents && <Contents contents={backup.contents} />}
				{backup.contents && props.warning}
				<div class="row">
					<Button kind="quiet" onPress={props.onBack}>
						{text('popup_back')}
					</Button>
					{backup.contents ? (
						<Button kind="main" onPress={props.onUse}>
							{text('popup_restore_backup_use')}
						</Button>
					) : (
						<Button kind={backup.text ? 'main' : 'plain'} submit action={action}>
							{text(action.busy ? 'popup_looking' : 'popup_restore_backup_look')}
						</Button>
					)}
				</div>
			</Form>
		</Screen>
	);
}

/**
 * A backup becomes the vault. `over`: there is a vault already, which is set aside. `content`: the file's text, where it is at hand, else ''.
 * `onRestoring` is called with true when restoring begins, and with false when it failed.
 */
export function RestoreBackup(props: {
	over: boolean;
	content: string;
	onRestoring: (on: boolean) => void;
	onDone: () => void;
	onBack: () => void;
}) {
	const [backup, setBackup] = useState<OpenBackup>({ name: '', text: props.content, passphrase: '', contents: null });
	const [isChoosing, setChoosing] = useState(false);
	const looking = useAction();
	const change = (part: Partial<OpenBackup>) => setBackup((now) => ({ ...now, ...part }));
	useAway(() => !backup.contents && change({ passphrase: '' }), 'hidden');
	const read = (file: File) =>
		looking.run(async () => {
			const content = await textOfFile(file).catch(() => {
				throw new BautaError('backup-broken', 'format');
			});
			change({ name: file.name, text: content, contents: null });
		});
	const open = () =>
		looking.run(async () => {
			change({ contents: await request('backup.look', { text: backup.text, backupPassphrase: backup.passphrase }) });
			announce(text('popup_found'));
		});
	const restore = async (passphrase: string) => {
		props.onRestoring(true);
		try {
			await request('backup.restore', { text: backup.text, backupPassphrase: backup.passphrase, passphrase, replace: props.over });
			change({ passphrase: '' });
		} catch (fault) {
			props.onRestoring(false);
			throw fault;
		}
	};
	const warning = props.over && <p class="card note">{text('popup_restore_backup_over')}</p>;
	if (!isChoosing)
		return (
			<OpenStep
				backup={backup}
				action={looking}
				onFile={read}
				onPassphrase={(passphrase) => change({ passphrase, contents: null })}
				onOpen={open}
				onUse={() => setChoosing(true)}
				onBack={props.onBack}
				warning={warning}
			/>
		);
	return (
		<Screen key="passphrase" title={text('popup_passphrase_title')}>
			<p>{text('popup_restore_backup_new')}</p>
			{warning}
			<NewPassphrase
				submit={text('popup_restore_backup_do')}
				onSubmit={restore}
				onDone={() => {
					announce(text('popup_restore_backup_done'));
					props.onDone();
				}}
				onBack={() => setChoosing(false)}
			>
				{(busy) => <Progress on={busy} />}
			</NewPassphrase>
		</Screen>
	);
}
