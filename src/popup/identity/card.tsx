import { useState } from 'preact/hooks';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce } from '../state/announcement.ts';
import { Button } from '../ui/controls.tsx';
import { day, kindText, text } from '../ui/text.ts';
import { IdentityNameForm } from './name-form.tsx';

/** One identity, and what can be done with it. The last one cannot be removed. */
export function IdentityCard(props: {
	identity: IdentitySummary;
	isOnly: boolean;
	onPhrase: () => void;
	onContact: () => void;
	onRemove: () => void;
}) {
	const { identity } = props;
	const [renaming, setRenaming] = useState(false);
	const endRename = () => setRenaming(false);
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
				<IdentityNameForm
					name={identity.name}
					submit={text('popup_save')}
					focus
					required
					onSubmit={(newName) => request('identity.rename', { id: identity.id, name: newName })}
					onDone={() => {
						announce(text('popup_identity_renamed'));
						endRename();
					}}
					onBack={endRename}
				/>
			) : (
				<div class="row start inset">
					<Button kind="quiet" label={`${text('popup_identity_rename')}: ${name}`} onPress={() => setRenaming(true)}>
						{text('popup_identity_rename')}
					</Button>
					<Button kind="quiet" label={`${text('popup_contact')}: ${name}`} onPress={props.onContact}>
						{text('popup_contact')}
					</Button>
					{!props.isOnly && (
						<Button kind="quiet" label={`${text('popup_identity_remove')}: ${name}`} onPress={props.onRemove}>
							{text('popup_identity_remove')}
						</Button>
					)}
				</div>
			)}
		</li>
	);
}
