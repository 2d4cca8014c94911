import '../keys/keys.css';
import { useId, useRef, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { openInTab } from '../state/popup-or-tab.ts';
import { type Action, place } from '../state/store.ts';
import { Camera } from '../ui/camera.tsx';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { codeInPicture } from '../ui/qr-code.ts';
import { text } from '../ui/text.ts';

const largestText = 400_000;

/** The code in a file: a text file, or a picture. Throws `picture-no-code`. */
async function codeInFile(file: File): Promise<string> {
	if (!file.type.startsWith('image/')) {
		if (file.size > largestText) throw new BautaError('link-unknown');
		return file.text();
	}
	return codeInPicture(file);
}

/** Takes a code from another device: pasted, from a file or picture, or through the camera. `onCode` gets each text, whole or a part. */
export function ReadCode(props: {
	label: string;
	action: Action;
	submit: string;
	progress: string;
	onCode: (code: string) => Promise<void>;
	onBack: () => void;
}) {
	const { action } = props;
	const id = useId();
	const [typed, type] = useState('');
	const [camera, setCamera] = useState<'off' | 'on' | 'failed'>('off');
	// one after the other: what comes while an earlier one is looked at waits, and is not lost
	const queue = useRef(new SerialQueue());
	const inTurn = (work: () => Promise<void>) => void queue.current.run(() => action.run(work));
	const take = (code: string) => inTurn(() => props.onCode(code));
	const files = (list: FileList | null) => {
		const chosen = [...(list ?? [])];
		inTurn(async () => {
			for (const file of chosen) await props.onCode(await codeInFile(file));
		});
	};
	return (
		<Form action={action} onSubmit={() => take(typed)}>
			<div class="field">
				<label for={id}>{props.label}</label>
				<textarea
					id={id}
					rows={4}
					dir="ltr"
					autocomplete="off"
					autocapitalize="off"
					spellcheck={false}
					value={typed}
					aria-invalid={action.fault ? 'true' : undefined}
					aria-describedby={`${id}-problem`}
					onInput={(event) => {
						type(event.currentTarget.value);
						action.forget();
					}}
				/>
			</div>
			{props.progress && (
				<p class="hint" role="status">
					{props.progress}
				</p>
			)}
			<Problem fault={action.fault} id={`${id}-problem`} />
			{place.value.inTab ? (
				<div class="row start">
					<Button onPress={() => setCamera(camera === 'on' ? 'off' : 'on')}>
						{text(camera === 'on' ? 'popup_read_camera_off' : 'popup_read_camera')}
					</Button>
					<label class="file">
						<input type="file" multiple accept="image/*,.txt,text/plain" onChange={(event) => files(event.currentTarget.files)} />
						<span>{text('popup_read_file')}</span>
					</label>
				</div>
			) : (
				<Button kind="quiet" onPress={() => openInTab(place.value, 'devices')}>
					{text('popup_read_tab')}
				</Button>
			)}
			{camera === 'on' && <Camera onCode={take} onFault={() => setCamera('failed')} />}
			{camera === 'failed' && (
				<p class="problem" role="alert">
					{text('popup_read_camera_failed')}
				</p>
			)}
			<div class="row">
				<Button kind="quiet" onPress={props.onBack}>
					{text('popup_back')}
				</Button>
				<Button kind="main" submit action={action}>
					{props.submit}
				</Button>
			</div>
		</Form>
	);
}
