import './proofs.css';
import { useState } from 'preact/hooks';
import type { AskedQuestion } from '../../messages/proofs.ts';
import { request } from '../../messages/request.ts';
import { ReadCode } from '../codes/read-code.tsx';
import { useAction } from '../state/actions.ts';
import { Form, Problem, Screen, SubmitRow } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';
import { VoicePattern } from '../ui/voice-pattern.tsx';
import { roomName } from './on-site.ts';
import { StatementText } from './statement-text.tsx';

/** What is asked, and who asks: nothing is signed before this was seen. */
function ReviewQuestion(props: { question: AskedQuestion; onSign: () => Promise<unknown>; onBack: () => void }) {
	const { question } = props;
	const action = useAction();
	return (
		<Screen key="review" title={text('popup_review_title')}>
			<dl class="facts">
				<dt>{text('popup_review_who')}</dt>
				<dd>
					<strong>
						<bdi>{question.verifier}</bdi>
					</strong>
				</dd>
				<dt>{text('popup_review_voice')}</dt>
				<dd>
					<VoicePattern {...question} />
				</dd>
				<dt>{text('popup_review_room')}</dt>
				<dd>
					<bdi>{roomName(question.room)}</bdi>
				</dd>
			</dl>
			<p class="line warn">{text('popup_review_warning')}</p>
			<Form action={action} onSubmit={() => action.run(props.onSign)}>
				<Problem fault={action.fault} />
				<SubmitRow action={action} submit={text('popup_review_sign')} onBack={props.onBack} />
			</Form>
		</Screen>
	);
}

/** Answers somebody's question: paste or scan it, see who asks, sign, hand the answer back. */
export function AnswerQuestion(props: { onDone: () => void }) {
	const [review, setReview] = useState<{ code: string; question: AskedQuestion } | null>(null);
	const [answer, setAnswer] = useState('');
	if (answer)
		return (
			<StatementText
				title={text('popup_answer_made')}
				what={text('popup_answer_hand')}
				text={answer}
				file="bauta-answer-to-question.txt"
				hasPicture
				onDone={props.onDone}
			/>
		);
	if (review)
		return (
			<ReviewQuestion
				question={review.question}
				onSign={async () => setAnswer((await request('question.answer', { text: review.code })).text)}
				onBack={() => setReview(null)}
			/>
		);
	return (
		<Screen key="read" title={text('popup_answer_question')}>
			<p>{text('popup_answer_question_what')}</p>
			<ReadCode
				label={text('popup_question_text')}
				submit={text('popup_question_look')}
				progress=""
				page="answer"
				keep
				onCode={async (code) => setReview({ code, question: await request('question.look', { text: code }) })}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
