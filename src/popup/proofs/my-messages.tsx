import { useEffect, useState } from 'preact/hooks';
import { faultOf } from '../../messages/errors.ts';
import type { OwnMessage } from '../../messages/proofs.ts';
import { request } from '../../messages/request.ts';
import type { Fault } from '../../messages/rooms.ts';
import { Button, Problem, Screen } from '../ui/controls.tsx';
import { moment, text } from '../ui/text.ts';
import { VoicePattern } from '../ui/voice-pattern.tsx';
import { type Audience, ClaimMessage } from './claim-message.tsx';
import { roomName, siteTab } from './on-site.ts';

/** One message, and what can be proven of it; where nothing can, the reason. */
function Message(props: { message: OwnMessage; onClaim: (audience: Audience) => void }) {
	const { message } = props;
	const when = moment(message.time);
	return (
		<li class="card">
			<p class="hint">
				<bdi>{roomName(message.room.address)}</bdi> · {when}
			</p>
			{message.excerpt && (
				<p class="quote" dir="auto">
					{message.excerpt}
				</p>
			)}
			{message.voice && <VoicePattern {...message.voice} />}
			{message.whyNot ? (
				<p class="hint">{text(message.whyNot === 'keyless' ? 'popup_mine_keyless' : 'popup_mine_no_trace')}</p>
			) : (
				<div class="row start inset">
					<Button kind="quiet" label={`${text('popup_reveal')}: ${when}`} onPress={() => props.onClaim('everyone')}>
						{text('popup_reveal')}
					</Button>
					<Button kind="quiet" label={`${text('popup_prove')}: ${when}`} onPress={() => props.onClaim('one')}>
						{text('popup_prove')}
					</Button>
				</div>
			)}
		</li>
	);
}

/** The user's own messages in the rooms of this tab. The page is told nothing of this list. */
export function MyMessages(props: { onDone: () => void }) {
	const [messages, setMessages] = useState<OwnMessage[] | null>(null);
	const [fault, setFault] = useState<Fault | null>(null);
	const [claim, setClaim] = useState<{ message: OwnMessage; audience: Audience } | null>(null);
	const tab = siteTab();
	useEffect(() => {
		request('proof.own', { tab }).then(
			(answer) => setMessages(answer.messages),
			(thrown) => setFault(faultOf(thrown)),
		);
	}, [tab]);
	if (claim) return <ClaimMessage {...claim} tab={tab} onDone={() => setClaim(null)} />;
	return (
		<Screen title={text('popup_mine_title')}>
			<p>{text('popup_mine_what')}</p>
			<Problem fault={fault} />
			{!messages && !fault && <div aria-busy="true" />}
			{messages?.length === 0 && (
				<div class="empty">
					<p>{text('popup_mine_none')}</p>
				</div>
			)}
			{messages && messages.length > 0 && (
				<ul class="plain-list">
					{messages.map((message) => (
						<Message
							key={`${message.room.address} ${message.id} ${message.author}`}
							message={message}
							onClaim={(audience) => setClaim({ message, audience })}
						/>
					))}
				</ul>
			)}
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_back')}
				</Button>
			</div>
		</Screen>
	);
}
