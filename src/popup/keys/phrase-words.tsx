import './keys.css';
import { useState } from 'preact/hooks';
import { announce } from '../state/announcement.ts';
import { useAway } from '../state/away.ts';
import { surface } from '../state/popup-or-tab.ts';
import { lendToClipboard } from '../ui/clipboard.ts';
import { Button } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** Copies the phrase for a minute. The toolbar's popup dies when the words are pasted elsewhere: it could not empty the clipboard. */
function CopyRow(props: { phrase: string }) {
	const { inTab } = surface.value;
	const [copy, setCopy] = useState<'no' | 'yes' | 'emptied' | 'failed'>('no');
	const lend = async () => {
		try {
			await lendToClipboard(props.phrase, () => {
				setCopy('emptied');
				announce(text('popup_words_emptied'));
			});
			setCopy('yes');
			announce(text('popup_words_copied'));
		} catch {
			setCopy('failed');
		}
	};
	const paper = text(inTab ? 'popup_words_paper' : 'popup_words_paper_only');
	return (
		<div class="row between">
			<p class="hint">{copy === 'no' ? paper : text(`popup_words_copy_${copy}`)}</p>
			{inTab && (
				<Button kind="quiet" onPress={lend}>
					{text('popup_copy')}
				</Button>
			)}
		</div>
	);
}

/**
 * A recovery phrase on the screen. It leaves the document the moment the window loses focus. `onHide` is called then; without it a button
 * shows the words again.
 */
export function PhraseWords(props: { phrase: string; onHide?: () => void }) {
	const [visible, setVisible] = useState(true);
	useAway(() => {
		setVisible(false);
		props.onHide?.();
	});
	return (
		<div class="words">
			{visible ? (
				<ol dir="ltr" lang="en">
					{props.phrase.split(' ').map((word, index) => (
						<li key={index}>{word}</li>
					))}
				</ol>
			) : (
				<div class="veil">
					<p>{text('popup_words_hidden')}</p>
					{!props.onHide && <Button onPress={() => setVisible(true)}>{text('popup_words_show')}</Button>}
				</div>
			)}
			<CopyRow phrase={props.phrase} />
		</div>
	);
}
