import { NameForm } from '../ui/name-form.tsx';
import { text } from '../ui/text.ts';

/** Longest name of an identity, in UTF-16 code units. */
const longestName = 60;

/** The name of an identity. `onSubmit` gets it trimmed and no longer than what is stored. */
export function IdentityNameForm(props: Omit<Parameters<typeof NameForm>[0], 'label' | 'hint'>) {
	return (
		<NameForm
			{...props}
			label={text('popup_identity_name')}
			hint={text('popup_identity_name_hint')}
			onSubmit={(name) => props.onSubmit(name.trim().slice(0, longestName))}
		/>
	);
}
