import type { Network } from '../../messages/rooms.ts';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** An account, as people of its network write it. */
export function AccountField(props: { label: string; network: Network; value: string; onInput: (account: string) => void }) {
	return (
		<Field label={props.label} hint={text(`popup_proof_account_${props.network}`)} value={props.value} onInput={props.onInput} dir="ltr" />
	);
}
