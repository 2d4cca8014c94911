import './codes.css';
import { useEffect, useState } from 'preact/hooks';
import { announce } from '../state/announcement.ts';
import { Button } from '../ui/controls.tsx';
import { download } from '../ui/download.ts';
import { drawnCode } from '../ui/qr-code.ts';
import { text } from '../ui/text.ts';

/** How long each of several pictures stands, in milliseconds: long enough for a camera to get it sharp. */
const pictureTime = 900;

/** One QR code, drawn as a single path on white, so that cameras read it where the page is dark too. */
function Picture(props: { code: string; label: string }) {
	const { size, path } = drawnCode(props.code);
	return (
		<svg class="code-picture" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label} shape-rendering="crispEdges">
			<rect width={size} height={size} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	);
}

/** A code in as many pictures as it takes. Several take turns until they are stopped; where the user wants less motion they stand still. */
function Pictures(props: { codes: string[] }) {
	const { codes } = props;
	const [index, setIndex] = useState(0);
	const [isMoving, setMoving] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
	useEffect(() => {
		if (!isMoving || codes.length < 2) return;
		const timer = setInterval(() => setIndex((now) => (now + 1) % codes.length), pictureTime);
		return () => clearInterval(timer);
	}, [isMoving, codes.length]);
	const code = codes[index % codes.length];
	if (code === undefined) return null;
	return (
		<div class="pictures">
			<Picture code={code} label={text('popup_code_picture', (index % codes.length) + 1, codes.length)} />
			{codes.length > 1 && (
				<div class="row between">
					<p class="hint">{text('popup_code_picture', (index % codes.length) + 1, codes.length)}</p>
					<div class="row">
						<Button kind="quiet" onPress={() => setMoving(!isMoving)}>
							{text(isMoving ? 'popup_code_stop' : 'popup_code_go_on')}
						</Button>
						{!isMoving && (
							<Button kind="quiet" onPress={() => setIndex((index + 1) % codes.length)}>
								{text('popup_code_next')}
							</Button>
						)}
					</div>
				</div>
			)}
		</div>
	);
}

/** A code for another device or person: as pictures, as text to copy, as a file of this name. Where there are no pictures the text is in sight. */
export function CodeForOther(props: { text: string; pictures: string[]; file: string }) {
	const [copyFailed, setCopyFailed] = useState(false);
	const copy = () =>
		navigator.clipboard.writeText(props.text).then(
			() => announce(text('popup_code_copied')),
			() => setCopyFailed(true),
		);
	return (
		<div class="shown-code">
			<Pictures codes={props.pictures} />
			<div class="row start">
				<Button onPress={copy}>{text('popup_code_copy')}</Button>
				<Button kind="quiet" onPress={() => download(props.file, props.text, 'text/plain')}>
					{text('popup_code_save')}
				</Button>
			</div>
			{copyFailed && (
				<p class="problem" role="alert">
					{text('popup_code_copy_failed')}
				</p>
			)}
			<details open={props.pictures.length === 0}>
				<summary>{text('popup_code_text')}</summary>
				<textarea class="code-text" rows={5} dir="ltr" readOnly aria-label={text('popup_code_text')} value={props.text} />
			</details>
		</div>
	);
}

/** Six words to compare with those on the other screen. */
export function SixWords(props: { words: string[]; label: string }) {
	return (
		<div class="six">
			<p class="label">{props.label}</p>
			<ol dir="ltr" class="six-words">
				{props.words.map((word, index) => (
					<li key={index}>{word}</li>
				))}
			</ol>
		</div>
	);
}
