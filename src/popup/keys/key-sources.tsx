import { useState } from 'preact/hooks';
import { openInTab } from '../state/popup-or-tab.ts';
import { place } from '../state/store.ts';
import { Button } from '../ui/controls.tsx';
import { later } from '../ui/lazy.tsx';
import { text } from '../ui/text.ts';

const Camera = later(() => import('../ui/camera.tsx').then((part) => part.Camera));

/** Ways to bring a key in other than by typing: a file, a picture, the camera. In a tab only: file pickers and cameras close popups. */
export function Bring(props: { onFile: (file: File) => void; onCode: (code: string) => void }) {
	const [camera, setCamera] = useState<'off' | 'on' | 'failed'>('off');
	if (!place.value.inTab)
		return (
			<Button kind="quiet" onPress={() => openInTab(place.value, 'import')}>
				{text('popup_import_file_tab')}
			</Button>
		);
	return (
		<>
			<div class="row start">
				<label class="file">
					<input
						type="file"
						accept="image/*,.txt,.json,text/plain,application/json"
						onChange={(event) => {
							const [file] = event.currentTarget.files ?? [];
							if (file) props.onFile(file);
							// the same file may be chosen again after it was mended
							event.currentTarget.value = '';
						}}
					/>
					<span>{text('popup_import_file')}</span>
				</label>
				<Button onPress={() => setCamera(camera === 'on' ? 'off' : 'on')}>
					{text(camera === 'on' ? 'popup_read_camera_off' : 'popup_read_camera')}
				</Button>
			</div>
			{camera === 'on' && (
				<Camera
					onCode={(code) => {
						setCamera('off');
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
