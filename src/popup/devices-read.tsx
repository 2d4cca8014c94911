import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { decodeQR } from 'qr/decode.js';
import { BautaError } from '../platform/error.ts';
import { Button, Form, Problem } from './pieces.tsx';
import { type Action, place } from './store.ts';
import { text } from './text.ts';
import { openInTab } from './where.ts';

/** A picture larger than this is made smaller before it is read; pixels on the longer side. */
const longestSide = 1600;
const largestText = 400_000;
/** Time between two looks through the camera, in milliseconds. */
const lookEvery = 200;

function codeIn(source: CanvasImageSource, width: number, height: number): string | null {
	const scale = Math.min(1, longestSide / Math.max(width, height));
	const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (!context) return null;
	context.drawImage(source, 0, 0, canvas.width, canvas.height);
	try {
		return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
	} catch {
		return null;
	}
}

/** The code in a file: a text file, or a picture. Throws `picture-no-code`. */
async function codeInFile(file: File): Promise<string> {
	if (!file.type.startsWith('image/')) {
		if (file.size > largestText) throw new BautaError('link-unknown');
		return file.text();
	}
	const bitmap = await createImageBitmap(file).catch(() => null);
	const found = bitmap && codeIn(bitmap, bitmap.width, bitmap.height);
	bitmap?.close();
	if (!found) throw new BautaError('picture-no-code');
	return found;
}

/** What the camera sees; every code in it is handed on once. The camera goes off with this element. */
function Camera(props: { onCode: (code: string) => void; onFault: () => void }) {
	const video = useRef<HTMLVideoElement>(null);
	const tell = useRef(props);
	tell.current = props;
	useEffect(() => {
		let stream: MediaStream | null = null;
		let gone = false;
		let last = '';
		const timer = setInterval(() => {
			const element = video.current;
			if (!element?.videoWidth) return;
			const code = codeIn(element, element.videoWidth, element.videoHeight);
			if (!code || code === last) return;
			last = code;
			tell.current.onCode(code);
		}, lookEvery);
		navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } }).then(
			(granted) => {
				stream = granted;
				if (gone || !video.current) for (const track of granted.getTracks()) track.stop();
				else video.current.srcObject = granted;
			},
			() => tell.current.onFault(),
		);
		return () => {
			gone = true;
			clearInterval(timer);
			for (const track of stream?.getTracks() ?? []) track.stop();
		};
	}, []);
	return <video class="camera" ref={video} autoplay muted playsInline aria-label={text('popup_read_camera_sees')} />;
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
	const take = (code: string) => action.run(() => props.onCode(code));
	const files = (list: FileList | null) =>
		action.run(async () => {
			for (const file of list ?? []) await props.onCode(await codeInFile(file));
		});
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
