import type { ProofRequests } from '../../messages/proofs.ts';
import { answerQuestion, askVoice, checkAnswer, listQuestions, lookAtQuestion } from '../proofs/challenges.ts';
import { readContactCode, renewContactCode } from '../proofs/contact-code.ts';
import { listOwnMessages, listVoices } from '../proofs/own-messages.ts';
import { checkProof, makeProof } from '../proofs/reveals.ts';
import type { Handlers } from '../router/router.ts';
import { currentTabId } from '../state/tabs.ts';

/** What the popup asks of proofs. `tab`: of the page, by an id that it has or had. */
export const proofAnswers: Pick<Handlers, keyof ProofRequests> = {
	'proof.own': async ({ tab }) => ({ messages: await listOwnMessages(await currentTabId(tab)) }),
	'proof.make': async (claim) => ({ text: await makeProof({ ...claim, tab: await currentTabId(claim.tab) }) }),
	'proof.check': async (body) => checkProof({ ...body, tab: await currentTabId(body.tab) }),
	'contact.read': async ({ identity }) => ({ text: await readContactCode(identity) }),
	'contact.renew': async ({ identity }) => ({ text: await renewContactCode(identity) }),
	'voice.list': async ({ tab }) => ({ voices: await listVoices(await currentTabId(tab)), questions: await listQuestions() }),
	'voice.ask': async (body) => askVoice({ ...body, tab: await currentTabId(body.tab) }),
	'question.look': ({ text }) => lookAtQuestion(text),
	'question.answer': async ({ text }) => ({ text: await answerQuestion(text) }),
	'answer.check': ({ text }) => checkAnswer(text),
};
