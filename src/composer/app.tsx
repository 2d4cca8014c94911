import { createRef } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Mask } from './mask.tsx';
import { Modes } from './modes.tsx';
import { Status } from './status.tsx';
import { act, draft, forgetNothing, length, mode, obstacle, send, sending, state, wake, write } from './store.ts';
import { WaitingList } from './waiting-list.tsx';
import { modeName, text } from './words.ts';

/** ms: a focus lost so soon after a key, and the next key is on its way already */
const mid = 3000;
/** there is one composer to a page, so its field and the time of its last key stand here */
const field = createRef<HTMLTextAreaElement>();
let lastKey = 0;

/** Whether the window has the focus, and whether it was taken while somebody wrote: then the next keys go to the page. */
function useFocus() {
	const [here, setHere] = useState(document.hasFocus());
	const [stolen, setStolen] = useState(false);
	useEffect(() => {
		const gained = () => {
			setHere(true);
			setStolen(false);
			if (document.activeElement === document.body || !document.activeElement) field.current?.focus();
			act({ kind: 'focus' });
		};
		const lost = () => {
			setHere(false);
			setStolen(draft.value !== '' && Date.now() - lastKey < mid);
		};
		addEventListener('focus', gained);
		addEventListener('blur', lost);
		if (document.hasFocus()) gained();
		return () => {
			removeEventListener('focus', gained);
			removeEventListener('blur', lost);
		};
	}, []);
	return { here, stolen };
}

function ReplyLine() {
	const reply = state.value?.reply;
	if (!reply) return null;
	return (
		<div class="reply">
			<span class="excerpt">
				{text('composer_reply', reply.author)} <q dir="auto">{reply.excerpt}</q>
			</span>
			<button type="button" class="icon" aria-label={text('composer_reply_clear')} onClick={() => act({ kind: 'clear-reply' })}>
				×
			</button>
		</div>
	);
}

/** The private composer: what is typed here exists nowhere else. */
export function App() {
	const modeButton = useRef<HTMLButtonElement>(null);
	const [choosing, choose] = useState(false);
	const { here, stolen } = useFocus();
	const known = state.value;
	const ready = known !== null;
	useEffect(() => {
		if (ready && document.hasFocus()) field.current?.focus();
	}, [ready]);
	// isolated, so that it reads the same way in both directions
	const name = known ? `\u2068#${known.name}\u2069` : '';
	const blocked = obstacle.value !== null || length.value === 0 || sending.value !== null;

	const pressed = (event: KeyboardEvent) => {
		lastKey = Date.now();
		if (event.key !== 'Enter') forgetNothing();
		// 229: a key that an input method still works on, in browsers that end the composition first
		if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
		event.preventDefault();
		if (event.isTrusted && !event.repeat) send();
	};
	if (!known && obstacle.value === 'looking')
		return (
			<div class="frame quiet">
				<p role="status">{text('composer_looking')}</p>
			</div>
		);
	return (
		<div class={`frame ${here ? 'here' : 'away'} ${stolen ? 'stolen' : ''}`}>
			<div class="content" inert={choosing}>
				<header>
					<Mask />
					<h1>{text('composer_heading', name)}</h1>
					<button
						type="button"
						class="mode"
						ref={modeButton}
						aria-haspopup="dialog"
						aria-expanded={choosing}
						aria-label={text('composer_mode_now', modeName(mode.value))}
						onClick={() => choose(true)}
					>
						{modeName(mode.value)} <span aria-hidden="true">▾</span>
					</button>
				</header>
				<WaitingList />
				<ReplyLine />
				<form
					onSubmit={(event) => {
						event.preventDefault();
						if (event.isTrusted) send();
					}}
				>
					<textarea
						ref={field}
						dir="auto"
						rows={1}
						spellcheck={false}
						autocomplete="off"
						placeholder={text('composer_placeholder', name)}
						aria-label={text('composer_field', name)}
						aria-describedby="obstacle"
						readOnly={obstacle.value === 'locked' || obstacle.value === 'none'}
						value={draft.value}
						onKeyDown={pressed}
						onFocus={wake}
						onInput={(event) => {
							lastKey = Date.now();
							write(event.currentTarget.value);
						}}
					/>
					<button type="submit" class="send" aria-disabled={blocked}>
						{text(sending.value ? 'composer_sending' : 'composer_send')}
					</button>
				</form>
				<Status stolen={stolen} />
			</div>
			{choosing && (
				<Modes
					close={() => {
						choose(false);
						setTimeout(() => modeButton.current?.focus());
					}}
				/>
			)}
		</div>
	);
}
