import './new-passphrase.css';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { demandStrength, strengthOf } from '../../platform/strength/strength.ts';
import { useAction } from '../state/actions.ts';
import { useSecret } from '../state/away.ts';
import { Form, Problem, SubmitRow } from './controls.tsx';
import { SecretField } from './fields.tsx';
import { text } from './text.ts';

/** How hard this passphrase is to guess, in words and as a bar. The words alone say it all. */
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

/**
 * A new passphrase, typed twice, with how hard it is to guess. `onSubmit` gets it, and the one in force where `askOld`; it throws a
 * BautaError where it failed. The fields are emptied when it has succeeded, and when the page is hidden.
 */
export function NewPassphrase(props: {
	submit: string;
	/** asks the passphrase in force too */
	askOld?: boolean;
	/** what the fields are called, where it is not the vault's own passphrase */
	labels?: { old: string; new: string; again: string };
	onSubmit: (passphrase: string, old: string) => Promise<unknown>;
	onDone: () => void;
	onBack?: () => void;
	/** stands above the buttons; gets whether the work is under way */
	children?: (busy: boolean) => ComponentChildren;
}) {
	const { labels } = props;
	const [old, setOld] = useSecret('hidden');
	const [passphrase, setPassphrase] = useSecret('hidden');
	const [again, setAgain] = useSecret('hidden');
	const [unequal, setUnequal] = useState(false);
	const action = useAction();
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
		if (!(await action.run(() => props.onSubmit(passphrase, old)))) return;
		for (const clear of [setOld, setPassphrase, setAgain]) clear('');
		props.onDone();
	};
	return (
		<Form action={action} onSubmit={submit}>
			{props.askOld && (
				<SecretField
					label={labels?.old ?? text('popup_passphrase_old')}
					value={old}
					onInput={setOld}
					invalid={action.fault?.code === 'wrong-passphrase'}
					describedBy="passphrase-problem"
				/>
			)}
			<SecretField
				label={labels?.new ?? text('popup_passphrase_new')}
				value={passphrase}
				onInput={setPassphrase}
				invalid={action.fault?.code === 'passphrase-weak'}
				describedBy="passphrase-problem"
			/>
			<Meter passphrase={passphrase} />
			<SecretField
				label={labels?.again ?? text('popup_passphrase_again')}
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
			{props.children?.(action.busy)}
			<SubmitRow action={action} submit={props.submit} busy={text('popup_passphrase_creating')} onBack={props.onBack} />
		</Form>
	);
}
