import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useAction } from '../state/actions.ts';
import { type Moment, useSecret } from '../state/away.ts';
import { Form, Problem, SubmitRow } from './controls.tsx';
import { SecretField } from './fields.tsx';
import { text } from './text.ts';

/** Faults that the passphrase itself is to blame for; then the field is marked. */
const ofPassphrase = ['wrong-passphrase', 'too-many-tries'];

/**
 * Asks the vault's passphrase before something grave. What was typed goes when it was right, and at the moment `clearAt`.
 * `onSubmit` throws a BautaError where it failed; after it `onDone` is called.
 */
export function PassphraseForm(props: {
	submit: string;
	busy?: string;
	label?: string;
	kind?: 'main' | 'grave';
	back?: string;
	backKind?: 'quiet' | 'grave';
	clearAt?: Moment;
	onSubmit: (passphrase: string) => Promise<unknown>;
	onDone: () => void;
	onBack?: () => void;
	/** stands above the field */
	children?: ComponentChildren;
}) {
	const id = useId();
	const [passphrase, setPassphrase] = useSecret(props.clearAt ?? 'blur');
	const action = useAction();
	const submit = async () => {
		if (!(await action.run(() => props.onSubmit(passphrase)))) return;
		setPassphrase('');
		props.onDone();
	};
	return (
		<Form action={action} onSubmit={submit}>
			{props.children}
			<SecretField
				label={props.label ?? text('popup_passphrase')}
				value={passphrase}
				onInput={setPassphrase}
				invalid={action.fault !== null && ofPassphrase.includes(action.fault.code)}
				describedBy={`${id}-problem`}
			/>
			<Problem fault={action.fault} id={`${id}-problem`} />
			<SubmitRow
				action={action}
				submit={props.submit}
				busy={props.busy ?? text('popup_unlocking')}
				kind={props.kind ?? 'main'}
				onBack={props.onBack}
				back={props.back}
				backKind={props.backKind ?? 'quiet'}
			/>
		</Form>
	);
}
