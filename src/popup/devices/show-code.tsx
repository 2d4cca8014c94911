import './devices.css';
import { useEffect, useState } from 'preact/hooks';
import { announce } from '../state/store.ts';
import { Button } from '../ui/controls.tsx';
import { drawnCode } from '../ui/qr-code.ts';
import { text } from '../ui/text.ts';

/** How long each of several pictures stands, in milliseconds: long enough for a camera to get it sharp. */
const turn = 900;

/** One QR code, drawn as a single path on white, so that cameras read it in the dark too. */
function Picture(props: { code: string; label: string }) {
	const { size, path } = drawnCode(props.code);
	return (
		<svg class="code-picture" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label} shape-rendering="crispEdges">
			<rect width={size} height={size} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	);
}

/** A code in as many pictures as it takes. Several come one after the other, until they are stopped. */
function Pictures(props: { codes: string[] }) {
	const { codes } = props;
	const [at, show] = useState(0);
	const [moving, move] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
	useEffect(() => {
		if (!moving || codes.length < 2) return;
		const timer = setInterval(() => show((now) => (now + 1) % codes.length), turn);
		return () => clearInterval(timer);
	}, [moving, codes.length]);
	const code = codes[at % codes.length];
	if (code === undefined) return null;
	return (
		<div class="pictures">
			<Picture code={code} label={text('popup_code_picture', (at % codes.length) + 1, codes.length)} />
			{codes.length > 1 && (
				<div class="row between">
					<p class="hint">{text('popup_code_picture', (at % codes.length) + 1, codes.length)}</p>
					<div class="row">
						<Button kind="quiet" onPress={() => move(!moving)}>
							{text(moving ? 'popup_code_stop' : 'popup_code_go_on')}
						</Button>
						{!moving && (
							<Button kind="quiet" onPress={() => show((at + 1) % codes.length)}>
								{text('popup_code_next')}
							</Button>
						)}
					</div>
				</div>
			)}
		</div>
	);
}

/** A code for another device: as pictures, as text to copy, as a file. */
export function ShownCode(props: { text: string; pictures: string[]; file: string }) {
	const [failed, fail] = useState(false);
	const copy = () =>
		navigator.clipboard.writeText(props.text).then(
			() => announce(text('popup_code_copied')),
			() => fail(true),
		);
	const save = () => {
		const address = URL.createObjectURL(new Blob([props.text], { type: 'text/plain' }));
		const link = document.createElement('a');
		link.href = address;
		link.download = props.file;
		link.click();
		URL.revokeObjectURL(address);
	};
	return (
		<div class="shown-code">
			<Pictures codes={props.pictures} />
			<div class="row start">
				<Button onPress={copy}>{text('popup_code_copy')}</Button>
				<Button kind="quiet" onPress={save}>
					{text('popup_code_save')}
				</Button>
			</div>
			{failed && (
				<p class="problem" role="alert">
					{text('popup_code_copy_failed')}
				</p>
			)}
			<details>
				<summary>{text('popup_code_text')}</summary>
				<textarea class="code-text" rows={5} dir="ltr" readOnly aria-label={text('popup_code_text')} value={props.text} />
			</details>
		</div>
	);
}

/** Six words to compare with those on the other screen. */
export function SixWords(props: { words: string[]; label: string }) {
	const placed = props.words.map((word, place) => ({ place, word }));
	return (
		<div class="six">
			<p class="label">{props.label}</p>
			<ol dir="ltr" class="six-words">
				{placed.map(({ place, word }) => (
					<li key={place}>{word}</li>
				))}
			</ol>
		</div>
	);
}
