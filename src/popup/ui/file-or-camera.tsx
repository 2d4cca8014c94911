import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { openInTab, surface } from '../state/popup-or-tab.ts';
import { Button } from './controls.tsx';
import { lazy } from './lazy.tsx';
import { text } from './text.ts';

const Camera = lazy(() => import('./camera.tsx').then((module) => module.Camera));

/** A button that opens the browser's choice of files. `onFiles` gets at least one. */
function FileButton(props: { accept: string; multiple?: boolean; onFiles: (files: File[]) => void; children: ComponentChildren }) {
	return (
		<label class="file">
			<input
				type="file"
				accept={props.accept}
				multiple={props.multiple ?? false}
				onChange={(event) => {
					const files = [...(event.currentTarget.files ?? [])];
					// the same file may be chosen again after it was mended
					event.currentTarget.value = '';
					if (files.length > 0) props.onFiles(files);
				}}
			/>
			<span>{props.children}</span>
		</label>
	);
}

/**
 * Ways to bring in a text other than by typing: files, or a QR code before the camera. In a tab only, because the browser's choice of
 * files and its question for the camera close a popup; there, a button opens a tab at `page`. `once`: the camera goes off after a code.
 */
export function FileOrCamera(props: {
	page: string;
	openTab: string;
	file: string;
	accept: string;
	multiple?: boolean;
	cameraFirst?: boolean;
	once?: boolean;
	onFiles: (files: File[]) => void;
	onCode: (code: string) => void;
}) {
	const [camera, setCamera] = useState<'off' | 'on' | 'failed'>('off');
	if (!surface.value.inTab)
		return (
			<Button kind="quiet" onPress={() => openInTab(props.page)}>
				{props.openTab}
			</Button>
		);
	const cameraButton = (
		<Button onPress={() => setCamera(camera === 'on' ? 'off' : 'on')}>
			{text(camera === 'on' ? 'popup_read_camera_off' : 'popup_read_camera')}
		</Button>
	);
	return (
		<>
			<div class="row start">
				{props.cameraFirst && cameraButton}
				<FileButton accept={props.accept} multiple={props.multiple ?? false} onFiles={props.onFiles}>
					{props.file}
				</FileButton>
				{!props.cameraFirst && cameraButton}
			</div>
			{camera === 'on' && (
				<Camera
					onCode={(code) => {
						if (props.once) setCamera('off');
						props.onCode(code);
					}}
					onFault={() => setCamera('failed')}
				/>
			)}
			{camera === 'failed' && (
				<p class="problem" role="alert">
					{text('popup_read_camera_failed')}
				</p>
			)}
		</>
	);
}
