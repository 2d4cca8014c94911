import type { ComponentChildren } from 'preact';
import { kindText, text } from '../ui/text.ts';

/** What a part of a summary names, by its form: each of these has one of its own. */
function partLabel(part: string): string {
	if (part.startsWith('npub1')) return text('popup_found_npub');
	if (part.startsWith('zQ3')) return text('popup_found_chat');
	return part.startsWith('0x') ? text('popup_found_address') : '';
}

/** What was found in a key, in public terms alone: its kind, and the names by which its owner can tell that it is the right one. */
export function FoundKey(props: { kind: string; summary: string; children: ComponentChildren }) {
	const parts = props.summary.split(' · ').filter(Boolean);
	const named = parts.filter((part) => partLabel(part) !== '');
	const count = parts.find((part) => /^\d+$/.test(part));
	return (
		<div class="card found">
			<p class="label on">{text('popup_found')}</p>
			<h2>
				{kindText(props.kind)}
				{count && <span class="hint"> · {text('popup_found_words', count)}</span>}
			</h2>
			{named.map((part) => (
				<div key={part}>
					<p class="label">{partLabel(part)}</p>
					<code dir="ltr">{part}</code>
				</div>
			))}
			{named.length > 0 && <p class="hint">{text('popup_found_check')}</p>}
			{props.children}
		</div>
	);
}
