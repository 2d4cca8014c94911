import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { demandStrength, strengthOf } from '../../platform/strength.ts';
import { useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem } from './controls.tsx';
import { SecretField } from './fields.tsx';
import { text } from './text.ts';

/** How long this passphrase would stand, in words and as a bar. The words alone say it all. */
function Meter(props: { passphrase: string }) {
	if (props.passphrase === '') return <p class="meter hint">{text('popup_strength_hint')}</p>;
	const { score, weakness } = strengthOf(props.passphrase);
	return (
		<div class="meter" role="status">
			<div class={`bar score-${score}`} aria-hidden="true">
				<span />
				<span />
				<span />
			</div>
			<p class="hint">
				<strong>{text(`popup_strength_${score}`)}</strong> {weakness ? text(`popup_weakness_${weakness}`) : ''}
			</p>
		</div>
	);
}

/** A new passphrase, typed twice, with an honest measure. `onSubmit` gets it once; the fields are emptied when it has succeeded. */
export function NewPassphrase(props: {
	submit: string;
	busy: string;
	onSubmit: (passphrase: string) => Promise<void>;
	onDone: () => void;
	onBack?: () => void;
	/** asks the one in force first, and hands it over too */
	old?: { value: string; onInput: (value: string) => void };
	/** what the fields are called, where it is not the vault's own passphrase */
	labels?: { old: string; new: string; again: string };
	/** stands above the buttons */
	children?: ComponentChildren;
}) {
	const [passphrase, setPassphrase] = useState('');
	const [again, setAgain] = useState('');
	const [unequal, setUnequal] = useState(false);
	const action = useAction();
	const clear = () => {
		setPassphrase('');
		setAgain('');
	};
	useAway(() => document.visibilityState === 'hidden' && clear());
	const submit = async () => {
		setUnequal(false);
		action.forget();
		if (strengthOf(passphrase).score === 0) {
			await action.run(async () => demandStrength(passphrase));
			return;
		}
		if (passphrase !== again) {
			setUnequal(true);
			return;
		}
		if (await action.run(() => props.onSubmit(passphrase))) {
			clear();
			props.onDone();
		}
	};
	const wrongOld = action.fault?.code === 'wrong-passphrase';
	return (
		<Form action={action} onSubmit={submit}>
			{props.old && (
				<SecretField
					label={props.labels?.old ?? text('popup_passphrase_old')}
					value={props.old.value}
					onInput={props.old.onInput}
					invalid={wrongOld}
					describedBy="passphrase-problem"
				/>
			)}
			<SecretField
				label={props.labels?.new ?? text('popup_passphrase_new')}
				value={passphrase}
				onInput={setPassphrase}
				invalid={action.fault?.code === 'passphrase-weak'}
				describedBy="passphrase-problem"
			/>
			<Meter passphrase={passphrase} />
			<SecretField
				label={props.labels?.again ?? text('popup_passphrase_again')}
				value={again}
				onInput={setAgain}
				invalid={unequal}
				describedBy="passphrase-problem"
			/>
			{unequal ? (
				<p class="problem" role="alert" id="passphrase-problem">
					{text('popup_passphrase_unequal')}
				</p>
			) : (
				<Problem fault={action.fault} id="passphrase-problem" />
			)}
			{props.children}
			<div class="row">
				{props.onBack && (
					<Button kind="quiet" onPress={props.onBack}>
						{text('popup_back')}
					</Button>
				)}
				<Button kind="main" submit action={action}>
					{action.busy ? props.busy : props.submit}
				</Button>
			</div>
		</Form>
	);
}
