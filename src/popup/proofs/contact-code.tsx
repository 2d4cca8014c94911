import { useEffect, useState } from 'preact/hooks';
import { faultOf } from '../../messages/errors.ts';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import type { Fault } from '../../messages/rooms.ts';
import { CodeForOther } from '../codes/show-code.tsx';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, ConfirmButton, Problem, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** The code that others need to prove something to this self alone, and a new one in its place. */
export function ContactCode(props: { identity: IdentitySummary; onDone: () => void }) {
	const { id } = props.identity;
	const [code, setCode] = useState('');
	const [fault, setFault] = useState<Fault | null>(null);
	const renewal = useAction();
	useEffect(() => {
		request('contact.read', { identity: id }).then(
			(answer) => setCode(answer.text),
			(thrown) => setFault(faultOf(thrown)),
		);
	}, [id]);
	const renew = () =>
		renewal.run(async () => {
			setCode((await request('contact.renew', { identity: id })).text);
			announce(text('popup_contact_renewed'));
		});
	return (
		<Screen title={text('popup_contact')}>
			<p>{text('popup_contact_what')}</p>
			<Problem fault={fault} />
			{code && (
				<>
					<CodeForOther text={code} pictures={[code]} file="bauta-contact.txt" />
					<ConfirmButton ask={text('popup_contact_renew_ask')} action={renewal} onYes={renew}>
						{text('popup_contact_renew')}
					</ConfirmButton>
				</>
			)}
			<Problem fault={renewal.fault} />
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_back')}
				</Button>
			</div>
		</Screen>
	);
}
