import './keys.css';
import type { ComponentChildren } from 'preact';
import { kindText, text } from '../ui/text.ts';

/** What a part of a summary is, told by its beginning; '' where it is none of the names that a person knows a key by. */
function partLabel(part: string): string {
	if (part.startsWith('npub1')) return text('popup_found_npub');
	if (part.startsWith('zQ3')) return text('popup_found_chat');
	return part.startsWith('0x') ? text('popup_found_address') : '';
}

/** What a key holds, in public terms alone: its kind, and the names by which its owner can tell that it is the right one. */
export function KeyPreview(props: { kind: string; summary: string; children: ComponentChildren }) {
	const parts = props.summary.split(' · ').filter(Boolean);
	const publicNames = parts.filter((part) => partLabel(part) !== '');
	const count = parts.find((part) => /^\d+$/.test(part));
	return (
		<div class="card found">
			<p class="label on">{text('popup_found')}</p>
			<h2>
				{kindText(props.kind)}
				{count && <span class="hint"> · {text('popup_found_words', count)}</span>}
			</h2>
			{publicNames.map((name) => (
				<div key={name}>
					<p class="label">{partLabel(name)}</p>
					<code dir="ltr">{name}</code>
				</div>
			))}
			{publicNames.length > 0 && <p class="hint">{text('popup_found_check')}</p>}
			{props.children}
		</div>
	);
}
