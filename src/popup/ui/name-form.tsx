import { useState } from 'preact/hooks';
import { useAction } from '../state/actions.ts';
import { Form, Problem, SubmitRow } from './controls.tsx';
import { Field } from './fields.tsx';

/**
 * A name for something. `name`: what stands in the field first. `onSubmit` throws a BautaError where it failed; then `onDone` is not
 * called.
 */
export function NameForm(props: {
	label: string;
	hint?: string;
	name: string;
	submit: string;
	kind?: 'main' | 'plain';
	back?: string;
	focus?: boolean;
	/** an empty name is not submitted */
	required?: boolean;
	onSubmit: (name: string) => Promise<unknown>;
	onDone: () => void;
	onBack: () => void;
}) {
	const [name, setName] = useState(props.name);
	const action = useAction();
	const submit = async () => {
		if (props.required && name.trim() === '') return;
		if (await action.run(() => props.onSubmit(name))) props.onDone();
	};
	return (
		<Form action={action} onSubmit={submit}>
			<Field
				label={props.label}
				{...(props.hint ? { hint: props.hint } : {})}
				value={name}
				onInput={setName}
				dir="auto"
				focus={props.focus ?? false}
				invalid={action.fault !== null}
			/>
			<Problem fault={action.fault} />
			<SubmitRow action={action} submit={props.submit} kind={props.kind ?? 'main'} back={props.back} onBack={props.onBack} />
		</Form>
	);
}
