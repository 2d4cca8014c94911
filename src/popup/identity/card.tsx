import { useState } from 'preact/hooks';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction } from '../state/store.ts';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { day, kindText, text } from '../ui/text.ts';

function Rename(props: { identity: IdentitySummary; onDone: () => void }) {
	const [name, setName] = useState(props.identity.name);
	const action = useAction();
	const save = async () => {
		if (name.trim() === '') return;
		if (!(await action.run(() => request('identity.rename', { id: props.identity.id, name: name.trim().slice(0, 60) })))) return;
		announce(text('popup_identity_renamed'));
		props.onDone();
	};
	return (
		<Form action={action} onSubmit={save}>
			<Field
				label={text('popup_identity_name')}
				hint={text('popup_identity_name_hint')}
				value={name}
				onInput={setName}
				dir="auto"
				focus
				invalid={action.fault !== null}
			/>
			<Problem fault={action.fault} />
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_back')}
				</Button>
				<Button kind="main" submit action={action}>
					{text('popup_save')}
				</Button>
			</div>
		</Form>
	);
}

/** One identity, and what can be done with it. The last one cannot be removed. */
export function IdentityCard(props: { identity: IdentitySummary; alone: boolean; onPhrase: () => void; onRemove: () => void }) {
	const { identity } = props;
	const [renaming, rename] = useState(false);
	const hasPhrase = identity.kind === 'phrase';
	const name = identity.name || text('popup_identity_unnamed');
	return (
		<li class="card">
			<h2 dir="auto">{name}</h2>
			<p class="hint">
				{kindText(identity.kind)} · {text('popup_identity_since', day(identity.created))}
			</p>
			{hasPhrase && (
				<p class={identity.confirmed ? 'line on' : 'line warn'}>
					{text(identity.confirmed ? 'popup_identity_kept' : 'popup_identity_unkept')}
				</p>
			)}
			{hasPhrase && !renaming && (
				<Button kind={identity.confirmed ? 'plain' : 'main'} onPress={props.onPhrase}>
					{text('popup_phrase_show')}
				</Button>
			)}
			{renaming ? (
				<Rename identity={identity} onDone={() => rename(false)} />
			) : (
				<div class="row start inset">
					<Button kind="quiet" label={`${text('popup_identity_rename')}: ${name}`} onPress={() => rename(true)}>
						{text('popup_identity_rename')}
					</Button>
					{!props.alone && (
						<Button kind="quiet" label={`${text('popup_identity_remove')}: ${name}`} onPress={props.onRemove}>
							{text('popup_identity_remove')}
						</Button>
					)}
				</div>
			)}
		</li>
	);
}
