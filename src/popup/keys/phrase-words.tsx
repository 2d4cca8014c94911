import { useState } from 'preact/hooks';
import { announce, place, useAway } from '../state/store.ts';
import { lendToClipboard } from '../ui/clipboard.ts';
import { Button } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/**
 * A recovery phrase on the screen. It leaves the document the moment the window loses focus, and it is copied only from a tab:
 * the toolbar's popup dies when the words are pasted elsewhere, and could then not empty the clipboard.
 * `onHide` is called when the words are put away; without it they can be shown again.
 */
export function Words(props: { phrase: string; onHide?: () => void }) {
	const [shown, show] = useState(true);
	const [copied, setCopied] = useState<'no' | 'yes' | 'emptied' | 'failed'>('no');
	useAway(() => {
		show(false);
		props.onHide?.();
	});
	const copy = async () => {
		try {
			await lendToClipboard(props.phrase, () => {
				setCopied('emptied');
				announce(text('popup_words_emptied'));
			});
			setCopied('yes');
			announce(text('popup_words_copied'));
		} catch {
			setCopied('failed');
		}
	};
	return (
		<div class="words">
			{shown ? (
				<ol dir="ltr" lang="en">
					{props.phrase.split(' ').map((word, index) => (
						<li key={index}>{word}</li>
					))}
				</ol>
			) : (
				<div class="veil">
					<p>{text('popup_words_hidden')}</p>
					{!props.onHide && (
						<Button kind="plain" onPress={() => show(true)}>
							{text('popup_words_show')}
						</Button>
					)}
				</div>
			)}
			<div class="row between">
				<p class="hint">
					{copied === 'no' ? text(place.value.inTab ? 'popup_words_paper' : 'popup_words_paper_only') : text(`popup_words_copy_${copied}`)}
				</p>
				{place.value.inTab && (
					<Button kind="quiet" onPress={copy}>
						{text('popup_copy')}
					</Button>
				)}
			</div>
		</div>
	);
}
