import { BautaError } from '../../messages/errors.ts';
import { ConfirmWords } from '../keys/confirm-words.tsx';
import { PhraseWords } from '../keys/phrase-words.tsx';
import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** The new phrase, to be written down now or later. */
export function WordsStep(props: { phrase: string; onConfirm: () => void; onLater: () => void }) {
	return (
		<Screen title={text('popup_words_title')} step={text('popup_step', 1)}>
			<p>{text('popup_words_why')}</p>
			<PhraseWords phrase={props.phrase} />
			<div class="row">
				<Button kind="quiet" onPress={props.onLater}>
					{text('popup_words_later')}
				</Button>
				<Button kind="main" onPress={props.onConfirm}>
					{text('popup_words_written')}
				</Button>
			</div>
			<p class="hint">{text('popup_words_later_hint')}</p>
		</Screen>
	);
}

/** Two of its words are asked back. They are checked here: the phrase is stored nowhere yet. */
export function ConfirmStep(props: { phrase: string; onDone: () => void; onBack: () => void }) {
	const words = props.phrase.split(' ');
	return (
		<Screen title={text('popup_ask_title')} step={text('popup_step', 1)}>
			<p>{text('popup_ask_why')}</p>
			<ConfirmWords
				count={words.length}
				check={async (answer) => {
					if (answer.some(({ index, word }) => words[index] !== word)) throw new BautaError('backup-words');
				}}
				onDone={props.onDone}
				onBack={props.onBack}
			/>
		</Screen>
	);
}
