import { useId, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { SecretField } from '../ui/fields.tsx';
import { FileOrCamera } from '../ui/file-or-camera.tsx';
import { Progress } from '../ui/progress.tsx';
import { kindText, text } from '../ui/text.ts';
import { looksLikeBackup, textOfFile } from './key-file.ts';
import { inputOf, isLocked, isReady, type KeyInput, withPreview } from './key-input.ts';
import { KeyPreview } from './key-preview.tsx';
import { KeyText } from './key-text.tsx';

/** A key that was looked at, as the user handed it over. */
export interface ImportedKey {
	key: string;
	keyPassphrase: string;
	kind: string;
}

/** A key has a passphrase of its own: it must be given for an encrypted key, and may be given with a recovery phrase. */
function KeyPassphrase(props: { input: KeyInput; invalid: boolean; problem: string; onInput: (value: string) => void }) {
	const { input } = props;
	const isNeeded = input.preview?.passphrase === 'needed';
	return (
		<SecretField
			label={text(isNeeded ? 'popup_import_password' : 'popup_import_passphrase')}
			hint={text(isNeeded ? 'popup_import_password_hint' : 'popup_import_passphrase_hint')}
			value={input.passphrase}
			invalid={props.invalid}
			describedBy={props.problem}
			focus={isLocked(input)}
			onInput={props.onInput}
		/>
	);
}

/** What was found in the key, with the field for its passphrase where it can have one. */
function FoundInKey(props: Parameters<typeof KeyPassphrase>[0]) {
	const { preview } = props.input;
	if (!preview) return null;
	return (
		<KeyPreview kind={preview.kind} summary={preview.summary}>
			{isLocked(props.input) && <p class="line warn">{text('popup_import_shut')}</p>}
			{preview.passphrase === 'needed' && <KeyPassphrase {...props} />}
			{preview.passphrase === 'possible' && (
				<details>
					<summary>{text('popup_import_passphrase_title')}</summary>
					<KeyPassphrase {...props} />
				</details>
			)}
			{isReady(props.input) && <p class="hint">{text('popup_import_selves')}</p>}
		</KeyPreview>
	);
}

/** The input of the form, and what can be done with it. */
function useKeyInput() {
	const [input, setInput] = useState(inputOf(''));
	const looking = useAction();
	const using = useAction();
	const setKey = (key: string) => {
		setInput(inputOf(key));
		looking.forget();
		using.forget();
	};
	const preview = async (key: string, passphrase: string) => {
		if (key.trim() === '') throw new BautaError('key-unknown');
		if (looksLikeBackup(key)) throw new BautaError('backup-file');
		const answer = await request('identity.preview', passphrase ? { text: key, passphrase } : { text: key });
		setInput((now) => withPreview(now, key, passphrase, answer));
		announce(text('popup_import_found', kindText(answer.kind)));
	};
	return {
		input,
		looking,
		using,
		setKey,
		setPassphrase: (passphrase: string) => setInput((now) => ({ ...now, passphrase })),
		look: () => looking.run(() => preview(input.key, input.passphrase)),
		/** looks at a key that came in one piece without being asked to */
		lookAt(key: string) {
			setKey(key);
			looking.run(() => preview(key, ''));
		},
		/** A file that cannot be read leaves what is there. */
		lookAtFile: (file: File) =>
			looking.run(async () => {
				const key = await textOfFile(file);
				// not `setKey`: that would also clear the note that a look is under way
				setInput(inputOf(key));
				using.forget();
				await preview(key, '');
			}),
	};
}

/**
 * A key from elsewhere: typed, pasted, dropped, from a file, a picture or the camera. It is looked at, shown for what it is, and only then
 * handed to `onUse`. Nothing is stored here. `use`: what the button for that says. `onBackup` gets the text of a backup file, which is no key.
 */
export function KeyForm(props: {
	use: string;
	onUse: (key: ImportedKey) => Promise<void> | void;
	onBack: () => void;
	onBackup: (text: string) => void;
}) {
	const id = useId();
	const { input, looking, using, setKey, setPassphrase, look, lookAt, lookAtFile } = useKeyInput();
	const { fault } = looking;
	const isWrongPassphrase = fault?.code === 'key-passphrase-wrong' || fault?.code === 'key-passphrase-needed';
	const { key, passphrase: keyPassphrase, preview } = input;
	const use = () => using.run(async () => props.onUse({ key, keyPassphrase, kind: preview?.kind ?? '' }));
	return (
		<Form action={looking} onSubmit={look}>
			<KeyText
				id={id}
				value={key}
				invalid={fault !== null && !isWrongPassphrase}
				onText={(value, whole) => (whole ? lookAt(value) : setKey(value))}
				onFile={lookAtFile}
			/>
			<FileOrCamera
				page="import"
				openTab={text('popup_import_file_tab')}
				file={text('popup_import_file')}
				accept="image/*,.txt,.json,text/plain,application/json"
				once
				onFiles={([file]) => file && lookAtFile(file)}
				onCode={lookAt}
			/>
			<FoundInKey input={input} invalid={isWrongPassphrase} problem={`${id}-problem`} onInput={setPassphrase} />
			<Problem fault={using.fault ?? fault} id={`${id}-problem`} />
			<Progress on={looking.busy || using.busy} />
			{fault?.code === 'backup-file' && <Button onPress={() => props.onBackup(key)}>{text('popup_import_backup')}</Button>}
			<div class="row">
				<Button kind="quiet" onPress={props.onBack}>
					{text('popup_back')}
				</Button>
				{isReady(input) ? (
					<Button kind="main" action={using} onPress={use}>
						{props.use}
					</Button>
				) : (
					<Button kind="main" submit action={looking}>
						{text(looking.busy ? 'popup_import_looking' : preview ? 'popup_import_open' : 'popup_import_look')}
					</Button>
				)}
			</div>
		</Form>
	);
}
