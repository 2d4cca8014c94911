import { useState } from 'preact/hooks';
import type { DeviceGroup } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { useAction, useAway } from '../state/store.ts';
import { Button, Form, Problem, Screen } from '../ui/controls.tsx';
import { SecretField } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';
import { ReadCode } from './read-code.tsx';
import { ShownCode, SixWords } from './show-code.tsx';

interface Looked {
	code: string;
	name: string;
	words: string[];
}
interface Reply {
	text: string;
	pictures: string[];
	words: string[];
}

/** The side of a device that is linked already: take the code, compare, give the passphrase, show the answer. */
export function LinkAnother(props: { group: DeviceGroup; onDone: () => void }) {
	const [looked, setLooked] = useState<Looked | null>(null);
	const [reply, setReply] = useState<Reply | null>(null);
	const [passphrase, setPassphrase] = useState('');
	const looking = useAction();
	const replying = useAction();
	useAway(() => document.visibilityState === 'hidden' && setPassphrase(''));
	const answer = (code: string) =>
		replying.run(async () => {
			setReply(await request('link.reply', { identity: props.group.id, text: code, passphrase }));
			setPassphrase('');
		});
	if (reply)
		return (
			<Screen key="reply" title={text('popup_reply_show_title')}>
				<p>{text('popup_reply_show_what')}</p>
				<ShownCode text={reply.text} pictures={reply.pictures} file="bauta-answer.txt" />
				<SixWords words={reply.words} label={text('popup_link_words_again')} />
				<div class="row">
					<Button kind="main" onPress={props.onDone}>
						{text('popup_reply_done')}
					</Button>
				</div>
			</Screen>
		);
	if (looked)
		return (
			<Screen key="compare" title={text('popup_reply_compare_title')}>
				<p>{text('popup_reply_compare_what', looked.name)}</p>
				<SixWords words={looked.words} label={text('popup_link_words_same')} />
				<div class="card note">
					<p>{text('popup_reply_gives')}</p>
				</div>
				<Form action={replying} onSubmit={() => answer(looked.code)}>
					<SecretField
						label={text('popup_passphrase')}
						value={passphrase}
						onInput={setPassphrase}
						invalid={replying.fault?.code === 'wrong-passphrase'}
						describedBy="reply-problem"
					/>
					<Problem fault={replying.fault} id="reply-problem" />
					<div class="row">
						<Button kind="grave" onPress={props.onDone}>
							{text('popup_link_differ')}
						</Button>
						<Button kind="main" submit action={replying}>
							{text(replying.busy ? 'popup_unlocking' : 'popup_reply_same')}
						</Button>
					</div>
				</Form>
			</Screen>
		);
	return (
		<Screen key="code" title={text('popup_reply_title')}>
			<p>{text('popup_reply_what')}</p>
			<ReadCode
				label={text('popup_reply_code')}
				action={looking}
				submit={text('popup_reply_look')}
				progress=""
				onCode={async (code) => {
					const { name, words } = await request('link.look', { text: code });
					setLooked({ code, name, words });
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
