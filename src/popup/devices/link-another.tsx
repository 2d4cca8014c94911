import { useState } from 'preact/hooks';
import type { DeviceGroup } from '../../messages/devices.ts';
import { request } from '../../messages/request.ts';
import { ReadCode } from '../codes/read-code.tsx';
import { CodeForOther, SixWords } from '../codes/show-code.tsx';
import { Button, Screen } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

/** What a new device's code says. */
interface NewDevice {
	code: string;
	name: string;
	words: string[];
}
/** The code that answers it. */
interface Reply {
	text: string;
	pictures: string[];
	words: string[];
}

/** The side of a device that is linked already: take the code, compare, give the passphrase, show the answer. */
export function LinkAnother(props: { group: DeviceGroup; onDone: () => void }) {
	const [newDevice, setNewDevice] = useState<NewDevice | null>(null);
	const [reply, setReply] = useState<Reply | null>(null);
	if (reply)
		return (
			<Screen key="reply" title={text('popup_reply_show_title')}>
				<p>{text('popup_reply_show_what')}</p>
				<CodeForOther text={reply.text} pictures={reply.pictures} file="bauta-answer.txt" />
				<SixWords words={reply.words} label={text('popup_link_words_again')} />
				<div class="row">
					<Button kind="main" onPress={props.onDone}>
						{text('popup_reply_done')}
					</Button>
				</div>
			</Screen>
		);
	if (newDevice)
		return (
			<Screen key="compare" title={text('popup_reply_compare_title')}>
				<p>{text('popup_reply_compare_what', newDevice.name)}</p>
				<SixWords words={newDevice.words} label={text('popup_link_words_same')} />
				<div class="card note">
					<p>{text('popup_reply_gives')}</p>
				</div>
				<PassphraseForm
					submit={text('popup_reply_same')}
					back={text('popup_link_differ')}
					backKind="grave"
					clearAt="hidden"
					onSubmit={async (passphrase) =>
						setReply(await request('link.reply', { identity: props.group.id, text: newDevice.code, passphrase }))
					}
					onDone={() => {}}
					onBack={props.onDone}
				/>
			</Screen>
		);
	return (
		<Screen key="code" title={text('popup_reply_title')}>
			<p>{text('popup_reply_what')}</p>
			<ReadCode
				label={text('popup_reply_code')}
				submit={text('popup_reply_look')}
				progress=""
				onCode={async (code) => {
					const { name, words } = await request('link.look', { text: code });
					setNewDevice({ code, name, words });
				}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
