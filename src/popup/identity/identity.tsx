import { useEffect, useState } from 'preact/hooks';
import { request } from '../../messages/request.ts';
import { KeyForm } from '../keys/key-form.tsx';
import { openInTab } from '../state/popup-or-tab.ts';
import { announce, asked, firstRun, place, state } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { kindText, text } from '../ui/text.ts';
import { IdentityCard } from './card.tsx';
import { MakeBackup } from './make-backup.tsx';
import { NewIdentity } from './new-identity.tsx';
import { Sheet } from './paper-sheet.tsx';
import { RemoveIdentity } from './remove-identity.tsx';
import { Asides } from './replaced-vaults.tsx';
import { Phrase } from './show-phrase.tsx';

type Page = 'import' | 'backup' | 'sheet' | 'restore-backup';
type Shown = Page | 'list' | 'new' | { phrase: string } | { remove: string };

/** A backup takes the vault's place; the walk through it is that of first run. */
function restore(text = ''): void {
	firstRun.value = { on: true, replace: true, backup: true, text };
}

export function Identity() {
	const [shown, show] = useState<Shown>('list');
	const identities = state.value?.identities ?? [];
	const list = () => show('list');
	/** pages that need a file, a printer or some time are no good in a popup */
	const inTab = (page: Page) => {
		if (!place.value.inTab) openInTab(place.value, page);
		else if (page === 'restore-backup') restore();
		else show(page);
	};
	useEffect(() => {
		const page = asked.value;
		asked.value = '';
		if (page === 'import' || page === 'backup' || page === 'sheet' || page === 'restore-backup') inTab(page);
	}, []);
	const meant = (id: string) => identities.find((one) => one.id === id);

	if (shown === 'import')
		return (
			<Screen key="import" title={text('popup_import_title')}>
				<KeyForm
					use={text('popup_import_add')}
					onUse={async ({ key, keyPassphrase, kind }) => {
						await request('identity.import', { key, keyPassphrase, name: kindText(kind) });
						announce(text('popup_import_added'));
						list();
					}}
					onBackup={restore}
					onBack={list}
				/>
			</Screen>
		);
	if (shown === 'new') return <NewIdentity onDone={list} />;
	if (shown === 'backup') return <MakeBackup onDone={list} />;
	if (shown === 'sheet') return <Sheet identities={identities.filter(({ kind }) => kind === 'phrase')} onDone={list} />;
	if (typeof shown === 'object' && 'phrase' in shown) {
		const identity = meant(shown.phrase);
		if (identity) return <Phrase identity={identity} onDone={list} />;
	}
	if (typeof shown === 'object' && 'remove' in shown) {
		const identity = meant(shown.remove);
		const next = identities.find(({ id }) => id !== shown.remove);
		if (identity && next) return <RemoveIdentity identity={identity} next={next.name || text('popup_identity_unnamed')} onDone={list} />;
	}
	return (
		<>
			<h1 class="unseen">{text('popup_tab_identity')}</h1>
			<div class="group">
				<p>{text('popup_identity_what')}</p>
				<ul class="plain-list">
					{identities.map((each) => (
						<IdentityCard
							key={each.id}
							identity={each}
							alone={identities.length < 2}
							onPhrase={() => show({ phrase: each.id })}
							onRemove={() => show({ remove: each.id })}
						/>
					))}
				</ul>
				<div class="stack">
					<Button onPress={() => show('import')}>{text('popup_import_another')}</Button>
					<Button onPress={() => show('new')}>{text('popup_new_identity')}</Button>
				</div>
			</div>
			<div class="group">
				<h2>{text('popup_keep')}</h2>
				<p>{text('popup_keep_why')}</p>
				<div class="stack">
					<Button onPress={() => inTab('backup')}>{text('popup_backup_make')}</Button>
					{identities.some(({ kind }) => kind === 'phrase') && <Button onPress={() => inTab('sheet')}>{text('popup_sheet_make')}</Button>}
					<Button onPress={() => inTab('restore-backup')}>{text('popup_restore_backup')}</Button>
				</div>
			</div>
			<Asides />
		</>
	);
}
