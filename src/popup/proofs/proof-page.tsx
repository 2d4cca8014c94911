import { AnswerQuestion } from './answer-question.tsx';
import { AskVoice } from './ask-voice.tsx';
import { CheckProof } from './check-proof.tsx';
import { MyMessages } from './my-messages.tsx';

/** The pages about proofs, by the names that addresses of tabs have. */
const pages = { own: MyMessages, ask: AskVoice, answer: AnswerQuestion, check: CheckProof };
/** The name of one of them. */
export type ProofPageName = keyof typeof pages;

/** One page about proofs. */
export function ProofPage(props: { page: ProofPageName; onDone: () => void }) {
	const Page = pages[props.page];
	return <Page onDone={props.onDone} />;
}
