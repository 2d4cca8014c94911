import type { FirstRunRequest } from '../state/navigation.ts';

/** The ways in. */
export type Choice = 'new' | 'import' | 'backup' | 'link' | 'devices-only';
/** All of them. */
export const choices: Choice[] = ['new', 'import', 'backup', 'link', 'devices-only'];

/** The screens of first run. */
export type Step = 'welcome' | 'words' | 'ask' | 'import' | 'backup' | 'link' | 'devices-only' | 'passphrase' | 'care' | 'site';

/** The key that will be stored once there is a passphrase. `isNew`: it was made here. */
export interface Draft {
	key: string;
	keyPassphrase: string;
	confirmed: boolean;
	isNew: boolean;
}

/** Where first run is. `backupText`: the backup that was brought where a key was asked for, else ''. */
export interface FirstRunState {
	step: Step;
	draft: Draft | null;
	backupText: string;
}

/** What moves first run on. */
export type FirstRunEvent =
	| { type: 'phrase-made'; phrase: string }
	| { type: 'words-confirmed' }
	| { type: 'key-imported'; key: string; keyPassphrase: string }
	| { type: 'backup-brought'; text: string }
	| { type: 'back-from-passphrase' }
	| { type: 'vault-made' }
	| { type: 'start-over' }
	| { type: 'step'; step: Step };

/** First run begins with the welcome, or, over a vault that is there, with the key or the backup that takes its place. */
export function firstState({ replace, backup, text }: FirstRunRequest): FirstRunState {
	const step = backup ? 'backup' : replace ? 'import' : 'welcome';
	return { step, draft: null, backupText: text ?? '' };
}

/**
 * | event                | what comes then                                                          |
 * | -------------------- | ------------------------------------------------------------------------ |
 * | phrase-made          | its words are shown                                                      |
 * | words-confirmed      | a passphrase is chosen; the phrase counts as written down                |
 * | key-imported         | a passphrase is chosen; the owner has the key elsewhere                  |
 * | backup-brought       | the page for backups, with that file                                     |
 * | back-from-passphrase | the words of a new phrase again; an imported key is forgotten, for another |
 * | vault-made           | how careful to be; the key is forgotten here                             |
 * | start-over           | the welcome; the key is forgotten                                        |
 */
export function nextState(state: FirstRunState, event: FirstRunEvent): FirstRunState {
	const { draft } = state;
	switch (event.type) {
		case 'phrase-made':
			return { ...state, step: 'words', draft: { key: event.phrase, keyPassphrase: '', confirmed: false, isNew: true } };
		case 'words-confirmed':
			return { ...state, step: 'passphrase', draft: draft && { ...draft, confirmed: true } };
		case 'key-imported':
			return { ...state, step: 'passphrase', draft: { key: event.key, keyPassphrase: event.keyPassphrase, confirmed: true, isNew: false } };
		case 'backup-brought':
			return { ...state, step: 'backup', backupText: event.text };
		case 'back-from-passphrase':
			return draft?.isNew ? { ...state, step: 'words' } : { ...state, step: 'import', draft: null };
		case 'vault-made':
			return { ...state, step: 'care', draft: null };
		case 'start-over':
			return { ...state, step: 'welcome', draft: null };
		case 'step':
			return { ...state, step: event.step };
	}
}
