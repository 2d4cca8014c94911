import { useEffect, useState } from 'preact/hooks';
import type { IdentitySummary, ListedVoice } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { type Action, useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { ConfirmButton, Problem } from '../ui/controls.tsx';
import { day, text } from '../ui/text.ts';
import { VoicePattern } from '../ui/voice-pattern.tsx';

/** Which voice it is, to the user alone. */
const titleOf = ({ label, room }: ListedVoice): string =>
	label || (room ? text('popup_voice_of_room', room) : text('popup_voice_elsewhere'));

/** One voice: what it is called here and by everybody, when it spoke last, and how it ends. */
function Voice(props: { voice: ListedVoice; action: Action; onRenew: () => void; onForget: () => void }) {
	const { voice, action } = props;
	return (
		<li class="card">
			<h3 dir="auto">{titleOf(voice)}</h3>
			{voice.name && <VoicePattern name={voice.name} pattern={voice.pattern} />}
			{voice.ended && <p class="line warn">{text('popup_voice_ended')}</p>}
			<p class="hint">{voice.used > 0 ? text('popup_voice_used', day(voice.used)) : text('popup_voice_unused')}</p>
			<div class="row start inset">
				<ConfirmButton ask={text('popup_voice_renew_ask')} action={action} onYes={props.onRenew}>
					{text('popup_voice_renew')}
				</ConfirmButton>
				<ConfirmButton ask={text('popup_voice_forget_ask')} action={action} onYes={props.onForget}>
					{text('popup_voice_forget')}
				</ConfirmButton>
			</div>
		</li>
	);
}

/** The voices of one identity that speak more than once. */
function VoicesOf({ identity, title }: { identity: string; title: string }) {
	const action = useAction();
	const [voices, setVoices] = useState<ListedVoice[] | null>(null);
	const load = async () => setVoices((await request('voices.list', { identity })).voices);
	useEffect(() => void action.run(load), [identity]);
	const run = async (task: () => Promise<unknown>, announcement: string) => {
		const done = await action.run(async () => {
			await task();
			await load();
		});
		if (done) announce(text(announcement));
	};
	return (
		<>
			{title && <h3 dir="auto">{title}</h3>}
			{voices?.length === 0 && <p class="hint">{text('popup_voices_none')}</p>}
			<ul class="plain-list">
				{voices?.map((voice) => (
					<Voice
						key={voice.path}
						voice={voice}
						action={action}
						onRenew={() => run(() => request('voices.renew', { identity, path: voice.path, from: voice.n }), 'popup_voice_renewed')}
						onForget={() => run(() => request('voices.forget', { identity, path: voice.path }), 'popup_voice_forgotten')}
					/>
				))}
			</ul>
			<Problem fault={action.fault} />
		</>
	);
}

/** Every voice that speaks more than once, of every identity. */
export function Voices({ identities }: { identities: IdentitySummary[] }) {
	return (
		<div class="group">
			<h2>{text('popup_voices')}</h2>
			<p>{text('popup_voices_what')}</p>
			{identities.map(({ id, name }) => (
				<VoicesOf key={id} identity={id} title={identities.length > 1 ? name || text('popup_identity_unnamed') : ''} />
			))}
		</div>
	);
}
