import { useState } from 'preact/hooks';
import { request } from '../../messages/request.ts';
import { announce, useAction } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** One more identity, from a phrase that is made now and asked back afterwards. */
export function NewIdentity(props: { onDone: () => void }) {
	const [name, setName] = useState('');
	const action = useAction();
	const make = async () => {
		const done = await action.run(async () => {
			const { phrase } = await request('identity.generate', {});
			await request('identity.import', { key: phrase, keyPassphrase: '', name: name.trim().slice(0, 60) });
		});
		if (!done) return;
		announce(text('popup_new_identity_made'));
		props.onDone();
	};
	return (
		<Screen title={text('popup_new_identity_title')}>
			<p>{text('popup_new_identity_why')}</p>
			<Form action={action} onSubmit={make}>
				<Field
					label={text('popup_identity_name')}
					hint={text('popup_identity_name_hint')}
					value={name}
					onInput={setName}
					dir="auto"
					invalid={action.fault !== null}
				/>
				<Problem fault={action.fault} />
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_back')}
					</Button>
					<Button kind="main" submit action={action}>
						{text('popup_new_identity_make')}
					</Button>
				</div>
			</Form>
		</Screen>
	);
}
