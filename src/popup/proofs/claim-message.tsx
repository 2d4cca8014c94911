import { useState } from 'preact/hooks';
import type { OwnMessage } from '../../messages/proofs.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { Form, Problem, Screen, SubmitRow } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { moment, text } from '../ui/text.ts';
import { VoicePattern } from '../ui/voice-pattern.tsx';
import { AccountField } from './account-field.tsx';
import { roomName } from './on-site.ts';
import { StatementText } from './statement-text.tsx';

/** To whom a message is claimed. */
export type Audience = 'everyone' | 'one';

/** Which message it is about. */
function ClaimedMessage(props: { message: OwnMessage }) {
	const { message } = props;
	return (
		<div class="card note">
			<p class="hint">
				<bdi>{roomName(message.room.address)}</bdi> · {moment(message.time)}
			</p>
			{message.excerpt && (
				<p class="quote" dir="auto">
					{message.excerpt}
				</p>
			)}
			{message.voice && <VoicePattern {...message.voice} />}
		</div>
	);
}

/** "This was me": which account says so, and to whom; then the text that proves it. */
export function ClaimMessage(props: { tab: number; message: OwnMessage; audience: Audience; onDone: () => void }) {
	const { tab, message, audience } = props;
	const [account, setAccount] = useState(message.account);
	const [to, setTo] = useState('');
	const [proof, setProof] = useState('');
	const action = useAction();
	const isForOne = audience === 'one';
	const title = text(isForOne ? 'popup_prove' : 'popup_reveal');
	if (proof)
		return (
			<StatementText
				title={title}
				what={text(isForOne ? 'popup_prove_hand' : 'popup_reveal_post', account)}
				text={proof}
				file="bauta-proof.txt"
				hasPicture={isForOne}
				onDone={props.onDone}
			/>
		);
	const { room, id, author } = message;
	const make = () =>
		action.run(async () => {
			const answer = await request('proof.make', { tab, room, id, author, account, to: isForOne ? to : null });
			setProof(answer.text);
		});
	return (
		<Screen title={title}>
			<ClaimedMessage message={message} />
			<Form action={action} onSubmit={make}>
				<AccountField label={text('popup_proof_account')} network={room.network} value={account} onInput={setAccount} />
				{isForOne && <Field label={text('popup_prove_to')} hint={text('popup_prove_to_hint')} value={to} onInput={setTo} dir="ltr" />}
				<p class="line warn">{text(isForOne ? 'popup_prove_warning' : 'popup_reveal_warning')}</p>
				<Problem fault={action.fault} />
				<SubmitRow action={action} submit={text('popup_proof_make')} onBack={props.onDone} />
			</Form>
		</Screen>
	);
}
