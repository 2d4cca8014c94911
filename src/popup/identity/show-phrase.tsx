import { useRef, useState } from 'preact/hooks';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { ConfirmWords } from '../keys/confirm-words.tsx';
import { PhraseWords } from '../keys/phrase-words.tsx';
import { announce } from '../state/announcement.ts';
import { useAway } from '../state/away.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

/** Asks the passphrase, shows the phrase until the window loses focus, then asks two words back. */
export function ShowPhrase(props: { identity: IdentitySummary; onDone: () => void }) {
	const { identity } = props;
	const phrase = useRef('');
	const count = useRef(12);
	const hasPassphrase = useRef(false);
	const [step, go] = useState<'passphrase' | 'words' | 'ask'>('passphrase');
	const [, redraw] = useState(0);
	const forget = () => {
		phrase.current = '';
		redraw((times) => times + 1);
	};
	useAway(forget);
	const open = async (passphrase: string) => {
		const answer = await request('identity.phrase', { id: identity.id, passphrase });
		phrase.current = answer.phrase;
		count.current = answer.phrase.split(' ').length;
		hasPassphrase.current = answer.keyPassphrase !== '';
	};
	if (step === 'words')
		return (
			<Screen key="words" title={text('popup_words_title')}>
				<p>{text('popup_words_why')}</p>
				<PhraseWords phrase={phrase.current} onHide={forget} />
				{hasPassphrase.current && <p class="line warn">{text('popup_phrase_extra')}</p>}
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_close')}
					</Button>
					{!identity.confirmed && (
						<Button
							kind="main"
							onPress={() => {
								forget();
								go('ask');
							}}
						>
							{text('popup_words_written')}
						</Button>
					)}
				</div>
			</Screen>
		);
	if (step === 'ask')
		return (
			<Screen key="ask" title={text('popup_ask_title')}>
				<p>{text('popup_ask_why')}</p>
				<ConfirmWords
					count={count.current}
					check={(words) => request('identity.confirm', { id: identity.id, words })}
					onDone={() => {
						announce(text('popup_ask_right'));
						props.onDone();
					}}
					onBack={() => go('passphrase')}
				/>
			</Screen>
		);
	return (
		<Screen key="passphrase" title={text('popup_phrase_title')}>
			<p>{text('popup_phrase_why')}</p>
			<PassphraseForm submit={text('popup_phrase_show')} onSubmit={open} onDone={() => go('words')} onBack={props.onDone} />
		</Screen>
	);
}
