import { useEffect, useRef, useState } from 'preact/hooks';
import type { LinkOffer } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { announce, state, useAction } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { text } from '../ui/text.ts';
import { ReadCode } from './read-code.tsx';
import { ShownCode, SixWords } from './show-code.tsx';

interface Answered {
	words: string[];
	name: string;
	devices: string[];
}

/** Minutes and seconds that a code still lives. */
function Countdown(props: { until: number; onOver: () => void }) {
	const { until } = props;
	const over = useRef(props.onOver);
	over.current = props.onOver;
	const [left, setLeft] = useState(until - Date.now());
	useEffect(() => {
		const timer = setInterval(() => {
			const now = until - Date.now();
			setLeft(now);
			if (now <= 0) over.current();
		}, 1000);
		return () => clearInterval(timer);
	}, [until]);
	const seconds = Math.max(0, Math.ceil(left / 1000));
	return (
		<p class="hint" role="timer" aria-live="off">
			{text('popup_link_left', `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)}
		</p>
	);
}

/** The new device's side of linking: name it, show the code, take the answer, compare, save. Without a vault it ends with a passphrase. */
export function LinkThis(props: { onDone: () => void; onBack: () => void }) {
	const [offer, setOffer] = useState<LinkOffer | null>(null);
	const [name, setName] = useState('');
	const [step, go] = useState<'name' | 'show' | 'answer' | 'compare' | 'passphrase'>('name');
	const [answered, setAnswered] = useState<Answered | null>(null);
	const [progress, setProgress] = useState('');
	const making = useAction();
	const taking = useAction();
	const saving = useAction();
	useEffect(() => {
		request('devices.state', {}).then(
			({ offer: there, deviceName }) => {
				// what somebody has begun to type stays
				setName((typed) => typed || deviceName);
				if (!there) return;
				setOffer(there);
				go('show');
			},
			() => {},
		);
	}, []);
	const leave = () => {
		request('link.cancel', {}).catch(() => {});
		props.onBack();
	};
	const make = () =>
		making.run(async () => {
			setOffer(await request('link.offer', { name }));
			go('show');
		});
	const take = async (code: string) => {
		const found = await request('link.answer', { text: code });
		if (found.state === 'parts') return setProgress(text('popup_read_parts', found.have, found.of));
		setProgress('');
		setAnswered(found);
		go('compare');
	};
	const save = (passphrase?: string) => request('link.accept', passphrase === undefined ? {} : { passphrase });

	if (step === 'show' && offer)
		return (
			<Screen key="show" title={text('popup_link_show_title')}>
				<p>{text('popup_link_show_what')}</p>
				<ShownCode text={offer.text} pictures={[offer.text]} file="bauta-link.txt" />
				<SixWords words={offer.words} label={text('popup_link_words_same')} />
				<Countdown
					until={offer.until}
					onOver={() => {
						setOffer(null);
						go('name');
					}}
				/>
				<div class="row">
					<Button kind="quiet" onPress={leave}>
						{text('popup_link_cancel')}
					</Button>
					<Button kind="main" onPress={() => go('answer')}>
						{text('popup_link_have_answer')}
					</Button>
				</div>
			</Screen>
		);
	if (step === 'answer')
		return (
			<Screen key="answer" title={text('popup_link_answer_title')}>
				<p>{text('popup_link_answer_what')}</p>
				<ReadCode
					label={text('popup_link_answer')}
					action={taking}
					submit={text('popup_link_answer_take')}
					progress={progress}
					onCode={take}
					onBack={() => go('show')}
				/>
			</Screen>
		);
	if (step === 'compare' && answered)
		return (
			<Screen key="compare" title={text('popup_link_compare_title')}>
				<p>{text('popup_link_compare_what')}</p>
				<SixWords words={answered.words} label={text('popup_link_words_again')} />
				<p class="hint">{text('popup_link_compare_with', answered.devices.join(', '))}</p>
				<Problem fault={saving.fault} />
				<div class="row">
					<Button kind="grave" onPress={leave}>
						{text('popup_link_differ')}
					</Button>
					<Button
						kind="main"
						action={saving}
						onPress={async () => {
							if (state.value?.vault === 'none') return go('passphrase');
							if (!(await saving.run(() => save()))) return;
							announce(text('popup_link_done'));
							props.onDone();
						}}
					>
						{text('popup_link_same_save')}
					</Button>
				</div>
			</Screen>
		);
	if (step === 'passphrase')
		return (
			<Screen key="passphrase" title={text('popup_passphrase_title')}>
				<p>{text('popup_link_passphrase_why')}</p>
				<NewPassphrase
					submit={text('popup_passphrase_create')}
					busy={text('popup_passphrase_creating')}
					onSubmit={async (passphrase) => {
						await save(passphrase);
					}}
					onDone={() => {
						announce(text('popup_link_done'));
						props.onDone();
					}}
					onBack={() => go('compare')}
				/>
			</Screen>
		);
	return (
		<Screen key="name" title={text('popup_link_new_title')}>
			<p>{text('popup_link_new_what')}</p>
			<Form action={making} onSubmit={make}>
				<Field label={text('popup_device_name')} hint={text('popup_device_name_hint')} value={name} onInput={setName} dir="auto" />
				<Problem fault={making.fault} />
				<div class="row">
					<Button kind="quiet" onPress={leave}>
						{text('popup_back')}
					</Button>
					<Button kind="main" submit action={making}>
						{text('popup_link_new_make')}
					</Button>
				</div>
			</Form>
		</Screen>
	);
}
