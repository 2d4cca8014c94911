import { useRef, useState } from 'preact/hooks';
import type { IdentitySummary } from '../messages.ts';
import { request } from '../platform/request.ts';
import { AskBack } from './ask-back.tsx';
import { SecretField } from './fields.tsx';
import { KeyForm } from './key-form.tsx';
import { Button, Form, Problem, Screen } from './pieces.tsx';
import { announce, state, useAction, useAway } from './store.ts';
import { day, kindText, text } from './text.ts';
import { Words } from './words.tsx';

/** Asks the passphrase, shows the phrase until the window loses focus, then asks two words back. */
function Phrase(props: { identity: IdentitySummary; onDone: () => void }) {
	const { identity } = props;
	const phrase = useRef('');
	const count = useRef(12);
	const [step, go] = useState<'passphrase' | 'words' | 'ask'>('passphrase');
	const [passphrase, setPassphrase] = useState('');
	const action = useAction();
	const [, redraw] = useState(0);
	const forget = () => {
		phrase.current = '';
		redraw((times) => times + 1);
	};
	useAway(() => {
		setPassphrase('');
		forget();
	});
	const show = async () => {
		const done = await action.run(async () => {
			phrase.current = (await request('identity.phrase', { id: identity.id, passphrase })).phrase;
			count.current = phrase.current.split(' ').length;
		});
		if (!done) return;
		setPassphrase('');
		go('words');
	};
	if (step === 'words')
		return (
			<Screen key="words" title={text('popup_words_title')}>
				<p>{text('popup_words_why')}</p>
				<Words phrase={phrase.current} onHide={forget} />
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_close')}
					</Button>
					{!identity.confirmed && (
						<Button
							kind="main"
							onPress={() => {
								forget();
								go('ask');
							}}
						>
							{text('popup_words_written')}
						</Button>
					)}
				</div>
			</Screen>
		);
	if (step === 'ask')
		return (
			<Screen key="ask" title={text('popup_ask_title')}>
				<p>{text('popup_ask_why')}</p>
				<AskBack
					count={count.current}
					check={async (words) => {
						await request('identity.confirm', { id: identity.id, words });
					}}
					onDone={() => {
						announce(text('popup_ask_right'));
						props.onDone();
					}}
					onBack={() => go('passphrase')}
				/>
			</Screen>
		);
	return (
		<Screen key="passphrase" title={text('popup_phrase_title')}>
			<p>{text('popup_phrase_why')}</p>
			<Form action={action} onSubmit={show}>
				<SecretField
					label={text('popup_passphrase')}
					value={passphrase}
					onInput={setPassphrase}
					invalid={action.fault !== null}
					describedBy="phrase-problem"
				/>
				<Problem fault={action.fault} id="phrase-problem" />
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_back')}
					</Button>
					<Button kind="main" submit action={action}>
						{text(action.busy ? 'popup_unlocking' : 'popup_phrase_show')}
					</Button>
				</div>
			</Form>
		</Screen>
	);
}

function Card(props: { identity: IdentitySummary; onPhrase: () => void }) {
	const { identity } = props;
	const hasPhrase = identity.kind === 'phrase';
	return (
		<li class="card">
			<h2 dir="auto">{identity.name || text('popup_identity_unnamed')}</h2>
			<p class="hint">
				{kindText(identity.kind)} · {text('popup_identity_since', day(identity.created))}
			</p>
			{hasPhrase && (
				<p class={identity.confirmed ? 'line on' : 'line warn'}>
					{text(identity.confirmed ? 'popup_identity_kept' : 'popup_identity_unkept')}
				</p>
			)}
			{hasPhrase && (
				<Button kind={identity.confirmed ? 'plain' : 'main'} onPress={props.onPhrase}>
					{text('popup_phrase_show')}
				</Button>
			)}
		</li>
	);
}

export function Identity() {
	const [shown, show] = useState<{ phrase: string } | 'import' | null>(null);
	const identities = state.value?.identities ?? [];
	if (shown === 'import')
		return (
			<Screen key="import" title={text('popup_import_title')}>
				<KeyForm
					use={text('popup_import_add')}
					onUse={async ({ key, keyPassphrase, kind }) => {
						await request('identity.import', { key, keyPassphrase, name: kindText(kind) });
						announce(text('popup_import_added'));
						show(null);
					}}
					onBack={() => show(null)}
				/>
			</Screen>
		);
	const identity = shown && identities.find(({ id }) => id === shown.phrase);
	if (identity) return <Phrase identity={identity} onDone={() => show(null)} />;
	return (
		<>
			<h1 class="unseen">{text('popup_tab_identity')}</h1>
			<p>{text('popup_identity_what')}</p>
			<ul class="plain-list">
				{identities.map((each) => (
					<Card key={each.id} identity={each} onPhrase={() => show({ phrase: each.id })} />
				))}
			</ul>
			<Button kind="plain" onPress={() => show('import')}>
				{text('popup_import_another')}
			</Button>
		</>
	);
}
