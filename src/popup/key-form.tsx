import { useId, useState } from 'preact/hooks';
import { BautaError } from '../platform/error.ts';
import { request } from '../platform/request.ts';
import { SecretField } from './fields.tsx';
import { Button, Form, Problem } from './pieces.tsx';
import { announce, place, useAction, useAway } from './store.ts';
import { kindText, text } from './text.ts';
import { openInTab } from './where.ts';

/** Larger than any key file there is, smaller than what would make the page stall. */
const largestFile = 64 * 1024;

export interface ImportedKey {
	key: string;
	keyPassphrase: string;
	kind: string;
	summary: string;
	/** the key is shut and its own passphrase is missing */
	shut: boolean;
}

/** A key from elsewhere, pasted, dropped or from a file. It is looked at, shown for what it is, and only then used. Nothing is stored here. */
export function KeyForm(props: { use: string; onUse: (key: ImportedKey) => Promise<void> | void; onBack: () => void }) {
	const id = useId();
	const [key, setKey] = useState('');
	const [keyPassphrase, setKeyPassphrase] = useState('');
	const [found, setFound] = useState<ImportedKey | null>(null);
	const [veiled, veil] = useState(false);
	const [passphraseShown, openPassphrase] = useState(false);
	const looking = useAction();
	const using = useAction();
	useAway(() => veil(true));
	const change = (value: string) => {
		setKey(value);
		setFound(null);
		looking.forget();
	};
	const look = () =>
		looking.run(async () => {
			if (key.trim() === '') throw new BautaError('key-unknown');
			const preview = await request('identity.preview', keyPassphrase ? { text: key, passphrase: keyPassphrase } : { text: key });
			const shut = preview.passphrase === 'needed' && keyPassphrase === '';
			setFound({ key, keyPassphrase, kind: preview.kind, summary: preview.summary, shut });
			if (shut) openPassphrase(true);
			announce(text('popup_import_found', kindText(preview.kind)));
		});
	const readFile = (file: File | undefined) =>
		file &&
		looking.run(async () => {
			if (file.size > largestFile) throw new BautaError('key-unknown');
			setKey(await file.text());
			setFound(null);
		});
	return (
		<>
			<Form action={looking} onSubmit={look}>
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
						aria-invalid={looking.fault ? 'true' : undefined}
						aria-describedby={`${id}-hint ${id}-problem`}
						onFocus={() => veil(false)}
						onInput={(event) => change(event.currentTarget.value)}
						onDragOver={(event) => event.preventDefault()}
						onDrop={(event) => {
							if (!event.dataTransfer?.files.length) return;
							event.preventDefault();
							readFile(event.dataTransfer.files[0]);
						}}
					/>
					<p class="hint" id={`${id}-hint`}>
						{text('popup_import_hint')}
					</p>
				</div>
				<details open={passphraseShown} onToggle={(event) => openPassphrase(event.currentTarget.open)}>
					<summary>{text('popup_import_passphrase_title')}</summary>
					<SecretField
						label={text('popup_import_passphrase')}
						hint={text('popup_import_passphrase_hint')}
						value={keyPassphrase}
						onInput={(value) => {
							setKeyPassphrase(value);
							setFound(null);
						}}
					/>
				</details>
				{place.value.inTab ? (
					<label class="file">
						<input
							type="file"
							accept=".txt,.json,text/plain,application/json"
							onChange={(event) => readFile(event.currentTarget.files?.[0])}
						/>
						<span>{text('popup_import_file')}</span>
					</label>
				) : (
					<Button kind="quiet" onPress={() => openInTab(place.value, 'import')}>
						{text('popup_import_file_tab')}
					</Button>
				)}
				<Problem fault={looking.fault} id={`${id}-problem`} />
				<div class="row">
					<Button kind="quiet" onPress={props.onBack}>
						{text('popup_back')}
					</Button>
					<Button kind={found ? 'plain' : 'main'} submit action={looking}>
						{text(looking.busy ? 'popup_import_looking' : 'popup_import_look')}
					</Button>
				</div>
			</Form>
			{found && (
				<div class="card found">
					<h2>{kindText(found.kind)}</h2>
					{found.summary && <code dir="ltr">{found.summary}</code>}
					<p class={found.shut ? 'line warn' : 'hint'}>{text(found.shut ? 'popup_import_shut' : 'popup_import_selves')}</p>
					<Problem fault={using.fault} />
					{!found.shut && (
						<Button kind="main" action={using} onPress={() => using.run(async () => props.onUse(found))}>
							{props.use}
						</Button>
					)}
				</div>
			)}
		</>
	);
}
