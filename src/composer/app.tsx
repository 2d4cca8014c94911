import { useEffect, useRef, useState } from 'preact/hooks';
import { isBeside } from './beside.ts';
import { field, hasFocus } from './focus.ts';
import { Mask } from './mask.tsx';
import { Modes } from './modes.tsx';
import { isSeen, sight } from './sight.ts';
import { obstacleText, Status } from './status.tsx';
import {
	act,
	draft,
	forgetEmptyText,
	hasText,
	interruption,
	label,
	mode,
	obstacle,
	send,
	sending,
	state,
	voice,
	wake,
	write,
} from './store.ts';
import { VoiceName } from './voice-name.tsx';
import { WaitingList } from './waiting-list.tsx';
import { modeName, text } from './words.ts';

function ReplyLine() {
	const reply = state.value?.reply;
	if (!reply) return null;
	const { dropped, quote } = reply;
	const words = dropped
		? { 'not-shown': 'composer_reply_dropped', 'not-read': 'composer_reply_not_read' }[dropped]
		: 'composer_reply_unread';
	return (
		<div class={dropped ? 'reply dropped' : 'reply'}>
			{quote ? (
				<span class="excerpt">
					{text('composer_reply', quote.anonymous ? text('content_anonymous') : quote.author)} <q dir="auto">{quote.excerpt}</q>
				</span>
			) : (
				<span role="status">{text(words)}</span>
			)}
			<button type="button" class="icon" aria-label={text('composer_reply_clear')} onClick={() => act({ kind: 'clear-reply' })}>
				×
			</button>
		</div>
	);
}

/** Who speaks next, in words. */
const voiceWords = (): string => [label.value || modeName(mode.value), voice.value?.name].filter(Boolean).join(', ');

/** Sends, unless the page may have a hand in it: what it takes the focus from or lies over sends nothing. */
function sendIfSeen(): void {
	if (interruption.value) return;
	if (isSeen()) send();
}

/** Sends on Enter. Shift+Enter, and an Enter that ends an input method's composition, stay with the text. */
function onKeyDown(event: KeyboardEvent): void {
	if (event.key !== 'Enter') forgetEmptyText();
	// 229: a key that an input method still works on, in browsers that end the composition first
	if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
	event.preventDefault();
	if (event.isTrusted && !event.repeat) sendIfSeen();
}

/** The text and the button that sends it. */
function MessageForm({ name }: { name: string }) {
	const isKept = interruption.value !== null || sight.value !== 'clear';
	const cannotSend = isKept || obstacle.value !== null || !hasText.value || sending.value !== null;
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				if (event.isTrusted) sendIfSeen();
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
				readOnly={interruption.value !== null || obstacle.value === 'locked' || obstacle.value === 'none' || obstacle.value === 'held'}
				value={draft.value}
				onKeyDown={onKeyDown}
				onFocus={wake}
				onInput={(event) => write(event.currentTarget.value)}
			/>
			<button type="submit" class="send" aria-disabled={cannotSend}>
				{text(sending.value ? 'composer_sending' : 'composer_send')}
			</button>
		</form>
	);
}

/** Beside the page the keys go elsewhere until somebody clicks here, as a browser does not give the sidebar the focus. */
function CallToWrite() {
	return (
		<button
			type="button"
			class="call"
			onMouseDown={(event) => {
				event.preventDefault();
				field.current?.focus();
			}}
		>
			{text('composer_click_here')}
		</button>
	);
}

/** The private composer: what is typed here exists nowhere else. */
export function App() {
	const modeButton = useRef<HTMLButtonElement>(null);
	const [choosing, setChoosing] = useState(false);
	const room = state.value;
	const ready = room !== null;
	useEffect(() => {
		if (ready && document.hasFocus()) field.current?.focus();
	}, [ready]);
	// isolated, so that it reads the same way in both directions
	const name = room ? `\u2068${room.title ?? `#${room.name}`}\u2069` : '';
	const by = room?.by?.map((host) => `\u2068${host}\u2069`).join(' ');
	if (!room && (obstacle.value === 'looking' || obstacle.value === 'unbound'))
		return (
			<div class="frame quiet">
				<p role="status">{obstacleText()}</p>
			</div>
		);
	return (
		<div data-sight={sight.value} class={`frame ${hasFocus.value ? 'here' : 'away'} ${interruption.value ?? ''}`}>
			<div class="content" inert={choosing}>
				<header>
					<Mask />
					<h1>{text('composer_heading', name)}</h1>
					{room?.title && (
						<p class="address" dir="auto" title={room.room.address}>
							{room.room.address}
						</p>
					)}
					{isBeside && room && <p class="site">{text('composer_site', `\u2068${new URL(room.site).host}\u2069`)}</p>}
					{by && <p class="by">{text('composer_by', by)}</p>}
					<button
						type="button"
						class="mode"
						ref={modeButton}
						aria-haspopup="dialog"
						aria-expanded={choosing}
						aria-label={text('composer_mode_now', voiceWords())}
						onClick={() => setChoosing(true)}
					>
						{voice.value?.name ? <VoiceName voice={voice.value} /> : label.value || modeName(mode.value)} <span aria-hidden="true">▾</span>
					</button>
				</header>
				<WaitingList />
				<ReplyLine />
				<MessageForm name={name} />
				{isBeside && !hasFocus.value && <CallToWrite />}
				<Status />
			</div>
			{choosing && (
				<Modes
					close={() => {
						setChoosing(false);
						setTimeout(() => modeButton.current?.focus());
					}}
				/>
			)}
		</div>
	);
}
