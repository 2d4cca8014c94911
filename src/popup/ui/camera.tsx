import './camera.css';
import { useEffect, useRef } from 'preact/hooks';
import { codeIn } from './qr-code.ts';
import { text } from './text.ts';

/** Time between two looks through the camera, in milliseconds. */
const lookEvery = 200;

/** What the camera sees. `onCode` gets each code in it once. The camera goes off with this element, and no picture is kept. */
export function Camera(props: { onCode: (code: string) => void; onFault: () => void }) {
	const video = useRef<HTMLVideoElement>(null);
	const latest = useRef(props);
	latest.current = props;
	useEffect(() => {
		let stream: MediaStream | null = null;
		let isOff = false;
		let last = '';
		const stop = () => {
			for (const track of stream?.getTracks() ?? []) track.stop();
		};
		const timer = setInterval(() => {
			const element = video.current;
			if (!element?.videoWidth) return;
			const code = codeIn(element, element.videoWidth, element.videoHeight);
			if (!code || code === last) return;
			last = code;
			latest.current.onCode(code);
		}, lookEvery);
		const opening = navigator.mediaDevices?.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
		(opening ?? Promise.reject(new Error('no camera'))).then(
			(media) => {
				stream = media;
				if (isOff || !video.current) stop();
				else video.current.srcObject = media;
			},
			() => latest.current.onFault(),
		);
		return () => {
			isOff = true;
			clearInterval(timer);
			stop();
		};
	}, []);
	return <video class="camera" ref={video} autoplay muted playsInline aria-label={text('popup_read_camera_sees')} />;
}
