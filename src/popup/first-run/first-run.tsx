import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { request } from '../../messages/request.ts';
import { RestoreBackup } from '../keys/restore-backup.tsx';
import { useAction } from '../state/actions.ts';
import { endFirstRun, firstRun, view } from '../state/navigation.ts';
import { inTab } from '../state/popup-or-tab.ts';
import { state as background } from '../state/store.ts';
import { Problem } from '../ui/controls.tsx';
import { lazy } from '../ui/lazy.tsx';
import { CareStep } from './care-step.tsx';
import { ConfirmStep, WordsStep } from './phrase-steps.tsx';
import { SiteStep } from './site-step.tsx';
import { type Choice, choices, firstState, nextState, type Step } from './steps.ts';
import { DevicesOnlyStep, ImportStep, PassphraseStep } from './vault-steps.tsx';
import { Welcome } from './welcome.tsx';

const LinkThis = lazy(() => import('../devices/link-this.tsx').then((module) => module.LinkThis));

/** The way in that a popup named in the address of the tab that it opened. It is taken out of the address. */
function takeChoice(): Choice | undefined {
	const page = location.hash.slice(1);
	history.replaceState(null, '', location.pathname + location.search);
	return choices.find((choice) => choice === page);
}

/**
 * Ends first run over an open vault when that vault locks, so that what was typed here goes with the key. `restoring`: not while a backup is
 * restored, as that locks and unlocks by itself.
 */
function useEndWhenLocked(restoring: boolean, end: () => void): void {
	const wasOpen = useRef(firstRun.value.replace && background.value?.vault === 'unlocked');
	const isLocked = wasOpen.current && background.value?.vault === 'locked';
	useEffect(() => {
		if (isLocked && !restoring) end();
	}, [isLocked, restoring]);
}

/** First run in four steps: who you are · passphrase · how careful to be · this site. A key that is not stored yet lives in this component alone. */
export function FirstRun() {
	const [{ step, draft, backupText }, dispatch] = useReducer(nextState, firstRun.value, firstState);
	const [restoring, setRestoring] = useState(false);
	const making = useAction();
	const go = (to: Step) => () => dispatch({ type: 'step', step: to });
	const makePhrase = () =>
		making.run(async () => dispatch({ type: 'phrase-made', phrase: (await request('identity.generate', {})).phrase }));
	const choose = (choice: Choice) =>
		inTab(choice, () => {
			if (choice === 'new') makePhrase();
			else go(choice)();
		});
	useEffect(() => {
		const choice = takeChoice();
		if (choice) choose(choice);
	}, []);
	const leave = () => {
		if (firstRun.value.replace) endFirstRun();
		else dispatch({ type: 'start-over' });
	};
	useEndWhenLocked(restoring, leave);
	const endRestore = () => {
		if (!firstRun.value.replace) return go('care')();
		view.value = 'identity';
		endFirstRun();
	};
	const leaveRestore = () => {
		const { replace, backup } = firstRun.value;
		if (replace && !backup && background.value?.vault === 'locked') go('import')();
		else leave();
	};
	const vaultMade = () => dispatch({ type: 'vault-made' });
	if (step === 'words' && draft) return <WordsStep phrase={draft.key} onConfirm={go('ask')} onLater={go('passphrase')} />;
	if (step === 'ask' && draft)
		return <ConfirmStep phrase={draft.key} onDone={() => dispatch({ type: 'words-confirmed' })} onBack={go('words')} />;
	if (step === 'import')
		return (
			<ImportStep
				onKey={({ key, keyPassphrase }) => dispatch({ type: 'key-imported', key, keyPassphrase })}
				onBackup={(text) => dispatch({ type: 'backup-brought', text })}
				onChooseBackup={go('backup')}
				onBack={leave}
			/>
		);
	if (step === 'backup')
		return (
			<RestoreBackup
				over={firstRun.value.replace}
				content={backupText}
				onRestoring={setRestoring}
				onDone={endRestore}
				onBack={leaveRestore}
			/>
		);
	if (step === 'passphrase')
		return <PassphraseStep draft={draft} onDone={vaultMade} onBack={() => dispatch({ type: 'back-from-passphrase' })} />;
	if (step === 'devices-only') return <DevicesOnlyStep onDone={vaultMade} onBack={leave} />;
	if (step === 'link') return <LinkThis onDone={vaultMade} onBack={leave} />;
	if (step === 'care') return <CareStep onDone={go('site')} />;
	if (step === 'site') return <SiteStep />;
	return (
		<Welcome onChoose={choose} action={making}>
			<Problem fault={making.fault} />
		</Welcome>
	);
}
