import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { decodeText } from '../../platform/text-encoding.ts';
import { useAction } from '../state/actions.ts';
import { Form, Problem, SubmitRow } from '../ui/controls.tsx';
import { FileOrCamera } from '../ui/file-or-camera.tsx';
import { codeInPicture } from '../ui/qr-code.ts';
import { text } from '../ui/text.ts';

/** Bytes. */
const largestTextFile = 400_000;

/** The code in a file: a text file's own text, or the QR code in a picture. @throws BautaError `link-unknown`, `picture-no-code` */
async function codeInFile(file: File): Promise<string> {
	if (file.type.startsWith('image/')) return codeInPicture(file);
	if (file.size > largestTextFile) throw new BautaError('link-unknown');
	const code = decodeText(new Uint8Array(await file.arrayBuffer()));
	if (code === null) throw new BautaError('link-unknown');
	return code;
}

/**
 * Takes a code from another device or person: pasted, dropped, from a file or picture, or through the camera. `onCode` gets each text, whole
 * or a part of it, one after the other; it throws a BautaError where it is of no use. `progress` says how many parts are here, '' for nothing.
 * `page`: where a tab opens that has camera and files. `keep`: what was read stands in the field, as there are others to fill in (`children`).
 */
export function ReadCode(props: {
	label: string;
	submit: string;
	progress: string;
	page?: string;
	keep?: boolean;
	children?: ComponentChildren;
	onCode: (code: string) => Promise<void>;
	onBack: () => void;
}) {
	const id = useId();
	const [value, setValue] = useState('');
	const action = useAction();
	// a code that comes while an earlier one is looked at waits, and is not lost
	const queue = useRef(new SerialQueue());
	const inTurn = (task: () => Promise<void>) => void queue.current.run(() => action.run(task));
	const read = async (code: string) => {
		if (props.keep) setValue(code);
		await props.onCode(code);
	};
	const take = (code: string) => inTurn(() => read(code));
	const takeFiles = (files: File[]) =>
		inTurn(async () => {
			for (const file of files) await read(await codeInFile(file));
		});
	const drop = (event: DragEvent) => {
		const files = [...(event.dataTransfer?.files ?? [])];
		if (files.length === 0) return;
		event.preventDefault();
		takeFiles(files);
	};
	return (
		<Form action={action} onSubmit={() => take(value)}>
			<div class="field">
				<label for={id}>{props.label}</label>
				<textarea
					id={id}
					rows={4}
					dir="ltr"
					autocomplete="off"
					autocapitalize="off"
					spellcheck={false}
					value={value}
					aria-invalid={action.fault ? 'true' : undefined}
					aria-describedby={`${id}-problem`}
					onInput={(event) => {
						setValue(event.currentTarget.value);
						action.forget();
					}}
					onDragOver={(event) => event.preventDefault()}
					onDrop={drop}
				/>
			</div>
			{props.progress && (
				<p class="hint" role="status">
					{props.progress}
				</p>
			)}
			<Problem fault={action.fault} id={`${id}-problem`} />
			<FileOrCamera
				page={props.page ?? 'devices'}
				openTab={text('popup_read_tab')}
				file={text('popup_read_file')}
				accept="image/*,.txt,text/plain"
				multiple
				cameraFirst
				onFiles={takeFiles}
				onCode={take}
			/>
			{props.children}
			<SubmitRow action={action} submit={props.submit} onBack={props.onBack} />
		</Form>
	);
}
