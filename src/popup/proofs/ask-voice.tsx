import { useEffect, useState } from 'preact/hooks';
import { faultOf } from '../../messages/errors.ts';
import type { MetVoice, OpenQuestion, ShownVoice } from '../../messages/proofs.ts';
import { request } from '../../messages/request.ts';
import type { Fault } from '../../messages/rooms.ts';
import { Countdown } from '../codes/countdown.tsx';
import { ReadCode } from '../codes/read-code.tsx';
import { useAction } from '../state/actions.ts';
import { Button, Form, Problem, Screen, SubmitRow } from '../ui/controls.tsx';
import { moment, text, timeOfDay } from '../ui/text.ts';
import { VoicePattern } from '../ui/voice-pattern.tsx';
import { AccountField } from './account-field.tsx';
import { roomName, siteTab } from './on-site.ts';
import { StatementText } from './statement-text.tsx';

/** Whose account the answer is for. */
function AskForm(props: { tab: number; voice: MetVoice; onAsked: (question: OpenQuestion) => void; onBack: () => void }) {
	const { tab, voice } = props;
	const [account, setAccount] = useState(voice.account);
	const action = useAction();
	const ask = () => action.run(async () => props.onAsked(await request('voice.ask', { tab, room: voice.room, key: voice.key, account })));
	return (
		<Screen key="ask" title={text('popup_ask_voice')}>
			<div class="card note">
				<VoicePattern {...voice} />
				<p class="hint">
					<bdi>{roomName(voice.room.address)}</bdi>
				</p>
			</div>
			<Form action={action} onSubmit={ask}>
				<AccountField label={text('popup_ask_account')} network={voice.room.network} value={account} onInput={setAccount} />
				<p class="hint">{text('popup_ask_shown')}</p>
				<Problem fault={action.fault} />
				<SubmitRow action={action} submit={text('popup_ask_make')} onBack={props.onBack} />
			</Form>
		</Screen>
	);
}

/** The question, as long as its answer counts, and the way to check one. */
function Question(props: { question: OpenQuestion; onAnswer: () => void; onDone: () => void }) {
	const { question } = props;
	const [isOver, setOver] = useState(false);
	return (
		<StatementText
			title={text('popup_question_title', question.name)}
			what={text('popup_question_hand')}
			text={question.text}
			file="bauta-question.txt"
			hasPicture
			onDone={props.onDone}
		>
			{isOver ? (
				<Problem fault={{ code: 'challenge-late', detail: '' }} />
			) : (
				<Countdown until={question.until} onOver={() => setOver(true)} />
			)}
			<div class="stack">
				<Button kind="main" onPress={props.onAnswer}>
					{text('popup_answer_check')}
				</Button>
			</div>
		</StatementText>
	);
}

/** Takes the answer to an own question, and says what it proves. */
function CheckAnswer(props: { onDone: () => void }) {
	const [answer, setAnswer] = useState<(ShownVoice & { at: number }) | null>(null);
	if (answer)
		return (
			<Screen key="answered" title={text('popup_answered_title')}>
				<div class="card note">
					<VoicePattern {...answer} />
					<p class="line on">{text('popup_answered', answer.name, timeOfDay(answer.at))}</p>
				</div>
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_close')}
					</Button>
				</div>
			</Screen>
		);
	return (
		<Screen key="check" title={text('popup_answer_check')}>
			<p>{text('popup_answer_check_what')}</p>
			<ReadCode
				label={text('popup_answer_text')}
				submit={text('popup_answer_check')}
				progress=""
				page="ask"
				keep
				onCode={async (code) => setAnswer(await request('answer.check', { text: code }))}
				onBack={props.onDone}
			/>
		</Screen>
	);
}

/** Voices to be asked, the one that spoke last first. */
function VoiceList(props: { voices: MetVoice[]; onAsk: (voice: MetVoice) => void }) {
	if (props.voices.length === 0) return <p class="empty">{text('popup_voices_unmet')}</p>;
	return (
		<ul class="plain-list">
			{props.voices.map((voice) => (
				<li class="card" key={`${voice.room.address} ${voice.key}`}>
					<VoicePattern {...voice} />
					<p class="hint">
						<bdi>{roomName(voice.room.address)}</bdi> ·{' '}
						{voice.messages === 1 ? moment(voice.last) : text('popup_voice_messages', voice.messages, moment(voice.last))}
					</p>
					<div class="row start inset">
						<Button kind="quiet" label={`${text('popup_ask_this')}: ${voice.name}`} onPress={() => props.onAsk(voice)}>
							{text('popup_ask_this')}
						</Button>
					</div>
				</li>
			))}
		</ul>
	);
}

/** Questions that wait for an answer. */
function OpenQuestions(props: { questions: OpenQuestion[]; onShow: (question: OpenQuestion) => void; onAnswer: () => void }) {
	if (props.questions.length === 0) return null;
	return (
		<div class="group">
			<h2>{text('popup_questions')}</h2>
			<ul class="plain-list">
				{props.questions.map((question) => (
					<li class="card" key={question.text}>
						<VoicePattern {...question} />
						<p class="hint">
							<bdi>{roomName(question.room)}</bdi>
						</p>
						<Countdown until={question.until} onOver={() => {}} />
						<div class="row start inset">
							<Button kind="quiet" label={`${text('popup_question_show')}: ${question.name}`} onPress={() => props.onShow(question)}>
								{text('popup_question_show')}
							</Button>
						</div>
					</li>
				))}
			</ul>
			<div class="stack">
				<Button onPress={props.onAnswer}>{text('popup_answer_check')}</Button>
			</div>
		</div>
	);
}

type Page = { name: 'list' } | { name: 'ask'; voice: MetVoice } | { name: 'question'; question: OpenQuestion } | { name: 'answer' };

/** Asks a voice of the rooms in this tab to prove itself. */
export function AskVoice(props: { onDone: () => void }) {
	const tab = siteTab();
	const [page, open] = useState<Page>({ name: 'list' });
	const [lists, setLists] = useState<{ voices: MetVoice[]; questions: OpenQuestion[] } | null>(null);
	const [fault, setFault] = useState<Fault | null>(null);
	useEffect(() => {
		if (page.name !== 'list') return;
		request('voice.list', { tab }).then(setLists, (thrown) => setFault(faultOf(thrown)));
	}, [tab, page.name]);
	const list = () => open({ name: 'list' });
	const answer = () => open({ name: 'answer' });
	const show = (question: OpenQuestion) => open({ name: 'question', question });
	if (page.name === 'ask') return <AskForm tab={tab} voice={page.voice} onAsked={show} onBack={list} />;
	if (page.name === 'question') return <Question question={page.question} onAnswer={answer} onDone={list} />;
	if (page.name === 'answer') return <CheckAnswer onDone={list} />;
	return (
		<Screen key="list" title={text('popup_ask_voice')}>
			<p>{text('popup_ask_what')}</p>
			<Problem fault={fault} />
			{!lists && !fault && <div aria-busy="true" />}
			{lists && <OpenQuestions questions={lists.questions} onShow={show} onAnswer={answer} />}
			{lists && lists.questions.length > 0 && <h2>{text('popup_voices_here')}</h2>}
			{lists && <VoiceList voices={lists.voices} onAsk={(voice) => open({ name: 'ask', voice })} />}
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_back')}
				</Button>
			</div>
		</Screen>
	);
}
