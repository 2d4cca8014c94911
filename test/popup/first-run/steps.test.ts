import { describe, expect, it } from 'vitest';
import { type FirstRunEvent, type FirstRunState, firstState, nextState } from '../../../src/popup/first-run/steps.ts';

const phrase = 'abandon ability able about above absent';
const start = firstState({ on: true, replace: false });
const stateAfter = (...events: FirstRunEvent[]): FirstRunState => events.reduce(nextState, start);
const phraseMade: FirstRunEvent = { type: 'phrase-made', phrase };
const keyImported: FirstRunEvent = { type: 'key-imported', key: 'ab'.repeat(32), keyPassphrase: 'lantern' };

describe('begins', () => {
	it.each([
		['with the welcome', { replace: false }, { step: 'welcome', backupText: '' }],
		['with a key over a vault that is there', { replace: true }, { step: 'import', backupText: '' }],
		['with a backup over a vault that is there', { replace: true, backup: true }, { step: 'backup', backupText: '' }],
		['with the backup that was brought', { replace: true, backup: true, text: '{}' }, { step: 'backup', backupText: '{}' }],
	] as const)('%s', (_, request, state) => expect(firstState({ on: true, ...request })).toEqual({ draft: null, ...state }));
});

describe('a new phrase', () => {
	it('is shown, and counts as kept only once its words were confirmed', () => {
		expect(stateAfter(phraseMade)).toMatchObject({ step: 'words', draft: { key: phrase, keyPassphrase: '', confirmed: false } });
		expect(stateAfter(phraseMade, { type: 'step', step: 'passphrase' }).draft?.confirmed).toBe(false);
		expect(stateAfter(phraseMade, { type: 'step', step: 'ask' }, { type: 'words-confirmed' })).toMatchObject({
			step: 'passphrase',
			draft: { key: phrase, confirmed: true },
		});
	});

	it('is shown again on the way back from the passphrase', () => {
		expect(stateAfter(phraseMade, { type: 'words-confirmed' }, { type: 'back-from-passphrase' })).toMatchObject({
			step: 'words',
			draft: { key: phrase },
		});
	});
});

describe('a key from elsewhere', () => {
	it('is kept by its owner', () => {
		expect(stateAfter(keyImported)).toMatchObject({
			step: 'passphrase',
			draft: { key: 'ab'.repeat(32), keyPassphrase: 'lantern', confirmed: true },
		});
	});

	it('is forgotten on the way back from the passphrase', () => {
		expect(stateAfter(keyImported, { type: 'back-from-passphrase' })).toMatchObject({ step: 'import', draft: null });
	});

	it('that is a backup leads to the page for backups, with its text', () => {
		expect(stateAfter({ type: 'backup-brought', text: '{}' })).toEqual({ step: 'backup', draft: null, backupText: '{}' });
	});
});

it.each([
	['once there is a vault', { type: 'vault-made' }, 'care'],
	['when it is left', { type: 'start-over' }, 'welcome'],
] as const)('no key stays %s', (_, event, step) => expect(stateAfter(phraseMade, event)).toMatchObject({ step, draft: null }));
