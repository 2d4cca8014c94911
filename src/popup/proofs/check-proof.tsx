import { useRef, useState } from 'preact/hooks';
import { faultOf } from '../../messages/errors.ts';
import type { ProvenMessage } from '../../messages/proofs.ts';
import { request } from '../../messages/request.ts';
import { ReadCode } from '../codes/read-code.tsx';
import { useSecret } from '../state/away.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { Field, SecretField } from '../ui/fields.tsx';
import { moment, text } from '../ui/text.ts';
import { VoicePattern } from '../ui/voice-pattern.tsx';
import { roomName, siteTab } from './on-site.ts';

/** What is proven. */
function Proven(props: { proven: ProvenMessage; onDone: () => void }) {
	const { proven } = props;
	return (
		<Screen key="proven" title={text('popup_proven_title')}>
			<div class="card note">
				<p class="line on">{text('popup_proven', proven.claimant)}</p>
				<p class="hint">
					<bdi>{roomName(proven.room)}</bdi> · {moment(proven.time)}
				</p>
				{proven.excerpt && (
					<p class="quote" dir="auto">
						{proven.excerpt}
					</p>
				)}
				<VoicePattern {...proven} />
			</div>
			{proven.form === 'private' && <p class="hint">{text('popup_proven_private')}</p>}
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_close')}
				</Button>
			</div>
		</Screen>
	);
}

/** Checks a proof that somebody handed over. */
export function CheckProof(props: { onDone: () => void }) {
	const tab = siteTab();
	const [account, setAccount] = useState('');
	const [key, setKey] = useSecret('hidden');
	const [proven, setProven] = useState<ProvenMessage | null>(null);
	/** the proof whose message is not loaded: it is looked for in the archive where the user goes on */
	const [missing, setMissing] = useState('');
	const latest = useRef({ account, key });
	latest.current = { account, key };
	const check = async (code: string) => {
		const look = missing !== '' && code === missing;
		setMissing('');
		try {
			setProven(await request('proof.check', { tab, text: code, ...latest.current, look }));
			setKey('');
		} catch (thrown) {
			if (faultOf(thrown).code === 'proof-not-loaded') setMissing(code);
			throw thrown;
		}
	};
	if (proven) return <Proven proven={proven} onDone={props.onDone} />;
	return (
		<Screen key="check" title={text('popup_check_proof')}>
			<p>{text('popup_check_proof_what')}</p>
			<ReadCode
				label={text('popup_proof_text')}
				submit={text(missing ? 'popup_check_archive' : 'popup_check')}
				progress=""
				page="check"
				keep
				onCode={check}
				onBack={props.onDone}
			>
				<Field label={text('popup_check_from')} hint={text('popup_check_from_hint')} value={account} onInput={setAccount} dir="ltr" />
				<details>
					<summary>{text('popup_check_key_ask')}</summary>
					<p class="hint">{text('popup_check_key_what')}</p>
					<SecretField label={text('popup_check_key')} value={key} onInput={setKey} />
				</details>
			</ReadCode>
		</Screen>
	);
}
