import { useEffect, useRef, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { request } from '../../messages/request.ts';
import { AskBack } from '../keys/confirm-words.tsx';
import { KeyForm } from '../keys/key-form.tsx';
import { Words } from '../keys/phrase-words.tsx';
import { RestoreBackup } from '../keys/restore-backup.tsx';
import { openInTab } from '../state/popup-or-tab.ts';
import { firstRun, place, state, useAction, view } from '../state/store.ts';
import { Button, Problem, Screen } from '../ui/controls.tsx';
import { later } from '../ui/lazy.tsx';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { text } from '../ui/text.ts';
import { SiteStep } from './site-step.tsx';
import { type Choice, Welcome } from './welcome.tsx';

const LinkThis = later(() => import('../devices/link-this.tsx').then((part) => part.LinkThis));

type Step = 'welcome' | 'words' | 'ask' | Exclude<Choice, 'new'> | 'passphrase' | 'site';
/** What will be stored once there is a passphrase. It stands in no signal and goes away with this component. */
interface Draft {
	key: string;
	keyPassphrase: string;
	confirmed: boolean;
	made: boolean;
}

const choices: Choice[] = ['new', 'import', 'backup', 'link', 'devices-only'];

/** The part of the address that a popup hands to the tab it opens. */
function askedFor(): Choice | '' {
	const part = location.hash.slice(1);
	history.replaceState(null, '', location.pathname + location.search);
	return choices.find((choice) => choice === part) ?? '';
}

/** First run in three steps: who you are · passphrase · this site. */
export function FirstRun() {
	const draft = useRef<Draft | null>(null);
	const [step, go] = useState<Step>(() => {
		if (firstRun.value.backup) return 'backup';
		return firstRun.value.replace ? 'import' : 'welcome';
	});
	const given = useRef(firstRun.value.text ?? '');
	const making = useAction();

	const make = () =>
		making.run(async () => {
			const { phrase } = await request('identity.generate', {});
			draft.current = { key: phrase, keyPassphrase: '', confirmed: false, made: true };
			go('words');
		});
	const choose = (part: Choice) => {
		if (!place.value.inTab) openInTab(place.value, part);
		else if (part === 'new') make();
		else go(part);
	};
	useEffect(() => {
		const asked = askedFor();
		if (asked) choose(asked);
	}, []);
	const leave = () => {
		draft.current = null;
		if (firstRun.value.replace) firstRun.value = { on: false, replace: false };
		else go('welcome');
	};
	/** The walk over an open vault ends when that locks: what was typed here goes as the key does. A restore locks and unlocks by itself. */
	const wasOpen = useRef(firstRun.value.replace && state.value?.vault === 'unlocked');
	const locked = wasOpen.current && state.value?.vault === 'locked';
	const [restoring, setRestoring] = useState(false);
	useEffect(() => {
		if (locked && !restoring) leave();
	}, [locked, restoring]);
	const create = async (passphrase: string) => {
		const { key, keyPassphrase, confirmed } = draft.current ?? { key: '', keyPassphrase: '', confirmed: false };
		const { replace } = firstRun.value;
		await request('vault.create', { passphrase, key, keyPassphrase, confirmed, ...(replace ? { replace } : {}) });
		draft.current = null;
	};

	if (step === 'words' && draft.current)
		return (
			<Screen key="words" title={text('popup_words_title')} step={text('popup_step', 1)}>
				<p>{text('popup_words_why')}</p>
				<Words phrase={draft.current.key} />
				<div class="row">
					<Button kind="quiet" onPress={() => go('passphrase')}>
						{text('popup_words_later')}
					</Button>
					<Button kind="main" onPress={() => go('ask')}>
						{text('popup_words_written')}
					</Button>
				</div>
				<p class="hint">{text('popup_words_later_hint')}</p>
			</Screen>
		);
	if (step === 'ask' && draft.current) {
		const words = draft.current.key.split(' ');
		return (
			<Screen key="ask" title={text('popup_ask_title')} step={text('popup_step', 1)}>
				<p>{text('popup_ask_why')}</p>
				<AskBack
					count={words.length}
					check={async (answered) => {
						if (answered.some(({ index, word }) => words[index] !== word)) throw new BautaError('backup-words');
					}}
					onDone={() => {
						if (draft.current) draft.current.confirmed = true;
						go('passphrase');
					}}
					onBack={() => go('words')}
				/>
			</Screen>
		);
	}
	if (step === 'import')
		return (
			<Screen key="import" title={text(firstRun.value.replace ? 'popup_restore_title' : 'popup_import_title')} step={text('popup_step', 1)}>
				{firstRun.value.replace && <p>{text('popup_restore_why')}</p>}
				<KeyForm
					use={text('popup_import_use')}
					onUse={({ key, keyPassphrase }) => {
						draft.current = { key, keyPassphrase, confirmed: true, made: false };
						go('passphrase');
					}}
					onBackup={(content) => {
						given.current = content;
						go('backup');
					}}
					onBack={leave}
				/>
				<Button kind="quiet" onPress={() => go('backup')}>
					{text('popup_welcome_backup')}
				</Button>
			</Screen>
		);
	if (step === 'backup')
		return (
			<RestoreBackup
				over={firstRun.value.replace}
				given={given.current}
				onRestoring={setRestoring}
				onDone={() => {
					if (!firstRun.value.replace) return go('site');
					view.value = 'identity';
					firstRun.value = { on: false, replace: false };
				}}
				onBack={() => (firstRun.value.replace && state.value?.vault === 'locked' && !firstRun.value.backup ? go('import') : leave())}
			/>
		);
	if (step === 'passphrase')
		return (
			<Screen key="passphrase" title={text('popup_passphrase_title')} step={text('popup_step', 2)}>
				<p>{text('popup_passphrase_why')}</p>
				<div class="card note">
					<p>{text('popup_passphrase_forgotten')}</p>
				</div>
				<NewPassphrase
					submit={text('popup_passphrase_create')}
					busy={text('popup_passphrase_creating')}
					onSubmit={create}
					onDone={() => go('site')}
					onBack={() => {
						const made = draft.current?.made;
						if (!made) draft.current = null;
						go(made ? 'words' : 'import');
					}}
				/>
			</Screen>
		);
	if (step === 'devices-only')
		return (
			<Screen key="devices-only" title={text('popup_passphrase_title')} step={text('popup_step', 2)}>
				<div class="card note">
					<p>{text('popup_devices_only_lost')}</p>
				</div>
				<NewPassphrase
					submit={text('popup_passphrase_create')}
					busy={text('popup_passphrase_creating')}
					onSubmit={async (passphrase) => {
						await request('identity.devices-only', { passphrase, name: '' });
					}}
					onDone={() => go('site')}
					onBack={leave}
				/>
			</Screen>
		);
	if (step === 'link') return <LinkThis key="link" onDone={() => go('site')} onBack={leave} />;
	if (step === 'site') return <SiteStep key="site" />;
	return (
		<Welcome onChoose={choose} action={making}>
			<Problem fault={making.fault} />
		</Welcome>
	);
}
