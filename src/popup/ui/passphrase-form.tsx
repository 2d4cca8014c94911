import { useId, useState } from 'preact/hooks';
import { useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem } from './controls.tsx';
import { SecretField } from './fields.tsx';
import { text } from './text.ts';

/** Asks the passphrase that is in force before something grave. What was typed goes when the window loses focus, and when it was right. */
export function PassphraseForm(props: {
	submit: string;
	busy: string;
	label?: string;
	grave?: boolean;
	onSubmit: (passphrase: string) => Promise<void>;
	onDone: () => void;
	onBack: () => void;
}) {
	const id = useId();
	const [passphrase, setPassphrase] = useState('');
	const action = useAction();
	useAway(() => setPassphrase(''));
	const submit = async () => {
		if (!(await action.run(() => props.onSubmit(passphrase)))) return;
		setPassphrase('');
		props.onDone();
	};
	return (
		<Form action={action} onSubmit={submit}>
			<SecretField
				label={props.label ?? text('popup_passphrase')}
				value={passphrase}
				onInput={setPassphrase}
				invalid={action.fault !== null}
				describedBy={`${id}-problem`}
			/>
			<Problem fault={action.fault} id={`${id}-problem`} />
			<div class="row">
				<Button kind="quiet" onPress={props.onBack}>
					{text('popup_back')}
				</Button>
				<Button kind={props.grave ? 'grave' : 'main'} submit action={action}>
					{action.busy ? props.busy : props.submit}
				</Button>
			</div>
		</Form>
	);
}
