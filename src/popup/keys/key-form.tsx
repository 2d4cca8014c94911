import { useId, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { SecretField } from '../ui/fields.tsx';
import { Working } from '../ui/progress.tsx';
import { kindText, text } from '../ui/text.ts';
import { looksLikeBackup, textOfFile } from './key-file.ts';
import { FoundKey } from './key-preview.tsx';
import { Bring } from './key-sources.tsx';

export interface ImportedKey {
	key: string;
	keyPassphrase: string;
	kind: string;
}

interface Found {
	kind: string;
	summary: string;
	passphrase: 'needed' | 'possible' | 'none';
	/** the passphrase that it was looked at with */
	looked: string;
}

/**
 * A key from elsewhere: pasted, dropped, from a file, a picture or the camera. It is looked at, shown for what it is, and only then used.
 * Nothing is stored here. `onBackup` gets the text of a backup file, which is no key.
 */
export function KeyForm(props: {
	use: string;
	onUse: (key: ImportedKey) => Promise<void> | void;
	onBack: () => void;
	onBackup: (text: string) => void;
}) {
	const id = useId();
	const [key, setKey] = useState('');
	const [keyPassphrase, setKeyPassphrase] = useState('');
	const [found, setFound] = useState<Found | null>(null);
	const [veiled, veil] = useState(false);
	const looking = useAction();
	const using = useAction();
	useAway(() => veil(true));
	const change = (value: string) => {
		setKey(value);
		setKeyPassphrase('');
		setFound(null);
		looking.forget();
		using.forget();
	};
	const preview = async (value: string, passphrase: string) => {
		if (value.trim() === '') throw new BautaError('key-unknown');
		if (looksLikeBackup(value)) throw new BautaError('backup-file');
		const seen = await request('identity.preview', passphrase ? { text: value, passphrase } : { text: value });
		setFound({ kind: seen.kind, summary: seen.summary, passphrase: seen.passphrase ?? 'none', looked: passphrase });
		announce(text('popup_import_found', kindText(seen.kind)));
	};
	const look = (value = key, passphrase = keyPassphrase) => looking.run(() => preview(value, passphrase));
	/** What is brought whole is looked at without being asked to. A picture or file that says nothing leaves what is there. */
	const bring = (file: File) =>
		looking.run(async () => {
			const value = await textOfFile(file);
			change(value);
			await preview(value, '');
		});
	const shut = found?.passphrase === 'needed' && found.looked === '';
	const asked = found !== null && (shut || found.looked !== keyPassphrase);
	const fault = looking.fault;
	const wrongPassphrase = fault?.code === 'key-passphrase-wrong' || fault?.code === 'key-passphrase-needed';
	const passphrase = found && found.passphrase !== 'none' && (
		<SecretField
			label={text(found.passphrase === 'needed' ? 'popup_import_password' : 'popup_import_passphrase')}
			hint={text(found.passphrase === 'needed' ? 'popup_import_password_hint' : 'popup_import_passphrase_hint')}
			value={keyPassphrase}
			invalid={wrongPassphrase}
			describedBy={`${id}-problem`}
			focus={shut}
			onInput={setKeyPassphrase}
		/>
	);
	return (
		<Form action={looking} onSubmit={() => look()}>
			<div class="field">
				<label for={id}>{text('popup_import_key')}</label>
				<textarea
					id={id}
					rows={4}
					dir="ltr"
					class={veiled ? 'veiled' : ''}
					autocomplete="off"
					autocapitalize="off"
					spellcheck={false}
					value={key}
					aria-invalid={fault && !wrongPassphrase ? 'true' : undefined}
					aria-describedby={`${id}-hint ${id}-problem`}
					onFocus={() => veil(false)}
					onInput={(event) => {
						const { value } = event.currentTarget;
						change(value);
						if (/^insertFrom(Paste|Drop)$/.test(event.inputType)) look(value, '');
					}}
					onPaste={(event) => {
						const [file] = event.clipboardData?.files ?? [];
						if (!file) return;
						event.preventDefault();
						bring(file);
					}}
					onDragOver={(event) => event.preventDefault()}
					onDrop={(event) => {
						const [file] = event.dataTransfer?.files ?? [];
						if (!file) return;
						event.preventDefault();
						bring(file);
					}}
				/>
				<p class="hint" id={`${id}-hint`}>
					{text('popup_import_hint')}
				</p>
			</div>
			<Bring
				onFile={bring}
				onCode={(code) => {
					change(code);
					look(code, '');
				}}
			/>
			{found && (
				<FoundKey kind={found.kind} summary={found.summary}>
					{shut && <p class="line warn">{text('popup_import_shut')}</p>}
					{found.passphrase === 'needed' && passphrase}
					{found.passphrase === 'possible' && (
						<details>
							<summary>{text('popup_import_passphrase_title')}</summary>
							{passphrase}
						</details>
					)}
					{!asked && <p class="hint">{text('popup_import_selves')}</p>}
				</FoundKey>
			)}
			<Problem fault={using.fault ?? fault} id={`${id}-problem`} />
			<Working on={looking.busy || using.busy} />
			{fault?.code === 'backup-file' && <Button onPress={() => props.onBackup(key)}>{text('popup_import_backup')}</Button>}
			<div class="row">
				<Button kind="quiet" onPress={props.onBack}>
					{text('popup_back')}
				</Button>
				{found && !asked ? (
					<Button kind="main" action={using} onPress={() => using.run(async () => props.onUse({ key, keyPassphrase, kind: found.kind }))}>
						{props.use}
					</Button>
				) : (
					<Button kind="main" submit action={looking}>
						{text(looking.busy ? 'popup_import_looking' : found ? 'popup_import_open' : 'popup_import_look')}
					</Button>
				)}
			</div>
		</Form>
	);
}
