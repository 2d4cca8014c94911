import { useEffect, useReducer } from 'preact/hooks';
import type { LinkOffer } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { Countdown } from '../codes/countdown.tsx';
import { ReadCode } from '../codes/read-code.tsx';
import { CodeForOther, SixWords } from '../codes/show-code.tsx';
import { type Action, useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { state as background } from '../state/store.ts';
import { Button, Form, Problem, Screen, SubmitRow } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { text } from '../ui/text.ts';
import { type AnswerParts, firstLinkState, type LinkAnswer, type LinkStep, nextLinkState } from './link-steps.ts';

function NameStep(props: { name: string; onInput: (name: string) => void; action: Action; onMake: () => void; onBack: () => void }) {
	return (
		<Screen title={text('popup_link_new_title')}>
			<p>{text('popup_link_new_what')}</p>
			<Form action={props.action} onSubmit={props.onMake}>
				<Field
					label={text('popup_device_name')}
					hint={text('popup_device_name_hint')}
					value={props.name}
					onInput={props.onInput}
					dir="auto"
				/>
				<Problem fault={props.action.fault} />
				<SubmitRow action={props.action} submit={text('popup_link_new_make')} onBack={props.onBack} />
			</Form>
		</Screen>
	);
}

function ShowStep(props: { offer: LinkOffer; onExpired: () => void; onCancel: () => void; onAnswer: () => void }) {
	const { offer } = props;
	return (
		<Screen title={text('popup_link_show_title')}>
			<p>{text('popup_link_show_what')}</p>
			<CodeForOther text={offer.text} pictures={[offer.text]} file="bauta-link.txt" />
			<SixWords words={offer.words} label={text('popup_link_words_same')} />
			<Countdown until={offer.until} onOver={props.onExpired} />
			<div class="row">
				<Button kind="quiet" onPress={props.onCancel}>
					{text('popup_link_cancel')}
				</Button>
				<Button kind="main" onPress={props.onAnswer}>
					{text('popup_link_have_answer')}
				</Button>
			</div>
		</Screen>
	);
}

function AnswerStep(props: { parts: AnswerParts | null; onCode: (code: string) => Promise<void>; onBack: () => void }) {
	const { parts } = props;
	return (
		<Screen title={text('popup_link_answer_title')}>
			<p>{text('popup_link_answer_what')}</p>
			<ReadCode
				label={text('popup_link_answer')}
				submit={text('popup_link_answer_take')}
				progress={parts ? text('popup_read_parts', parts.have, parts.of) : ''}
				onCode={props.onCode}
				onBack={props.onBack}
			/>
		</Screen>
	);
}

function CompareStep(props: { answer: LinkAnswer; action: Action; onSame: () => void; onDiffer: () => void }) {
	return (
		<Screen title={text('popup_link_compare_title')}>
			<p>{text('popup_link_compare_what')}</p>
			<SixWords words={props.answer.words} label={text('popup_link_words_again')} />
			<p class="hint">{text('popup_link_compare_with', props.answer.devices.join(', '))}</p>
			<Problem fault={props.action.fault} />
			<div class="row">
				<Button kind="grave" onPress={props.onDiffer}>
					{text('popup_link_differ')}
				</Button>
				<Button kind="main" action={props.action} onPress={props.onSame}>
					{text('popup_link_same_save')}
				</Button>
			</div>
		</Screen>
	);
}

function PassphraseStep(props: { onDone: () => void; onBack: () => void }) {
	return (
		<Screen title={text('popup_passphrase_title')}>
			<p>{text('popup_link_passphrase_why')}</p>
			<NewPassphrase
				submit={text('popup_passphrase_create')}
				onSubmit={(passphrase) => request('link.accept', { passphrase })}
				onDone={props.onDone}
				onBack={props.onBack}
			/>
		</Screen>
	);
}

/** The new device's side of linking: name it, show the code, take the answer, compare, save. Without a vault it ends with a passphrase. */
export function LinkThis(props: { onDone: () => void; onBack: () => void }) {
	const [{ step, deviceName, offer, parts, answer }, dispatch] = useReducer(nextLinkState, firstLinkState);
	const making = useAction();
	const saving = useAction();
	const go = (to: LinkStep) => () => dispatch({ type: 'step', step: to });
	useEffect(() => {
		request('devices.state', {}).then(
			(devices) => {
				dispatch({ type: 'name-suggested', deviceName: devices.deviceName });
				if (devices.offer) dispatch({ type: 'offer-made', offer: devices.offer });
			},
			() => {},
		);
	}, []);
	const leave = () => {
		request('link.cancel', {}).catch(() => {});
		props.onBack();
	};
	const makeOffer = () =>
		making.run(async () => dispatch({ type: 'offer-made', offer: await request('link.offer', { name: deviceName }) }));
	const readAnswer = async (code: string) => dispatch({ type: 'answer-read', answer: await request('link.answer', { text: code }) });
	const finish = () => {
		announce(text('popup_link_done'));
		props.onDone();
	};
	const save = async () => {
		if (background.value?.vault === 'none') go('passphrase')();
		else if (await saving.run(() => request('link.accept', {}))) finish();
	};
	if (step === 'show' && offer)
		return <ShowStep offer={offer} onExpired={() => dispatch({ type: 'offer-expired' })} onCancel={leave} onAnswer={go('answer')} />;
	if (step === 'answer') return <AnswerStep parts={parts} onCode={readAnswer} onBack={go('show')} />;
	if (step === 'compare' && answer) return <CompareStep answer={answer} action={saving} onSame={save} onDiffer={leave} />;
	if (step === 'passphrase') return <PassphraseStep onDone={finish} onBack={go('compare')} />;
	return (
		<NameStep
			name={deviceName}
			onInput={(typed) => dispatch({ type: 'name-typed', deviceName: typed })}
			action={making}
			onMake={makeOffer}
			onBack={leave}
		/>
	);
}
