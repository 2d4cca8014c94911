import { request } from '../../messages/request.ts';
import { announce } from '../state/announcement.ts';
import { Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';
import { IdentityNameForm } from './name-form.tsx';

/** One more identity, from a phrase that is made now and asked back afterwards. */
export function NewIdentity(props: { onDone: () => void }) {
	const make = async (name: string) => {
		const { phrase } = await request('identity.generate', {});
		await request('identity.import', { key: phrase, keyPassphrase: '', name });
	};
	return (
		<Screen title={text('popup_new_identity_title')}>
			<p>{text('popup_new_identity_why')}</p>
			<IdentityNameForm
				name=""
				submit={text('popup_new_identity_make')}
				onSubmit={make}
				onDone={() => {
					announce(text('popup_new_identity_made'));
					props.onDone();
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
