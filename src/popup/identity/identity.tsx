import { useEffect, useState } from 'preact/hooks';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { type ImportedKey, KeyForm } from '../keys/key-form.tsx';
import { ContactCode } from '../proofs/contact-code.tsx';
import { announce } from '../state/announcement.ts';
import { replaceVault, requestedPage } from '../state/navigation.ts';
import { inTab } from '../state/popup-or-tab.ts';
import { state } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { kindText, text } from '../ui/text.ts';
import { IdentityCard } from './card.tsx';
import { MakeBackup } from './make-backup.tsx';
import { NewIdentity } from './new-identity.tsx';
import { PaperSheet } from './paper-sheet.tsx';
import { RemoveIdentity } from './remove-identity.tsx';
import { ReplacedVaults } from './replaced-vaults.tsx';
import { ShowPhrase } from './show-phrase.tsx';
import { Voices } from './voices.tsx';

/** Pages that need a file, a printer or some time: they are no good in a popup and open in a tab. */
const tabPages = ['import', 'backup', 'sheet', 'restore-backup'] as const;
type TabPage = (typeof tabPages)[number];
type Page = TabPage | 'list' | 'new' | { phrase: string } | { contact: string } | { remove: string };

/** A key from elsewhere as one more identity. */
function ImportIdentity(props: { onDone: () => void }) {
	const add = async ({ key, keyPassphrase, kind }: ImportedKey) => {
		await request('identity.import', { key, keyPassphrase, name: kindText(kind) });
		announce(text('popup_import_added'));
		props.onDone();
	};
	return (
		<Screen title={text('popup_import_title')}>
			<KeyForm
				use={text('popup_import_add')}
				onUse={add}
				onBackup={(content) => replaceVault({ backup: true, text: content })}
				onBack={props.onDone}
			/>
		</Screen>
	);
}

/** Every identity, and what can be done with them. */
function Identities(props: { identities: IdentitySummary[]; show: (page: Page) => void; open: (page: TabPage) => void }) {
	const { identities, show, open } = props;
	return (
		<>
			<h1 class="unseen">{text('popup_tab_identity')}</h1>
			<div class="group">
				<p>{text('popup_identity_what')}</p>
				<ul class="plain-list">
					{identities.map((identity) => (
						<IdentityCard
							key={identity.id}
							identity={identity}
							isOnly={identities.length < 2}
							onPhrase={() => show({ phrase: identity.id })}
							onContact={() => show({ contact: identity.id })}
							onRemove={() => show({ remove: identity.id })}
						/>
					))}
				</ul>
				<div class="stack">
					<Button onPress={() => show('import')}>{text('popup_import_another')}</Button>
					<Button onPress={() => show('new')}>{text('popup_new_identity')}</Button>
				</div>
			</div>
			<Voices identities={identities} />
			<div class="group">
				<h2>{text('popup_keep')}</h2>
				<p>{text('popup_keep_why')}</p>
				<div class="stack">
					<Button onPress={() => open('backup')}>{text('popup_backup_make')}</Button>
					{identities.some(({ kind }) => kind === 'phrase') && <Button onPress={() => open('sheet')}>{text('popup_sheet_make')}</Button>}
					<Button onPress={() => open('restore-backup')}>{text('popup_restore_backup')}</Button>
				</div>
			</div>
			<ReplacedVaults />
		</>
	);
}

/** The Identity page: who the user is in rooms, and how that is kept. */
export function Identity() {
	const [page, show] = useState<Page>('list');
	const identities = state.value?.identities ?? [];
	const list = () => show('list');
	const open = (target: TabPage) =>
		inTab(target, () => {
			// a backup becomes a vault in first run
			if (target === 'restore-backup') replaceVault({ backup: true, text: '' });
			else show(target);
		});
	useEffect(() => {
		const target = tabPages.find((name) => name === requestedPage.value);
		requestedPage.value = '';
		if (target) open(target);
	}, []);
	const byId = (id: string) => identities.find((identity) => identity.id === id);
	if (page === 'import') return <ImportIdentity onDone={list} />;
	if (page === 'new') return <NewIdentity onDone={list} />;
	if (page === 'backup') return <MakeBackup onDone={list} />;
	if (page === 'sheet') return <PaperSheet identities={identities.filter(({ kind }) => kind === 'phrase')} onDone={list} />;
	if (typeof page === 'object' && 'phrase' in page) {
		const identity = byId(page.phrase);
		if (identity) return <ShowPhrase identity={identity} onDone={list} />;
	}
	if (typeof page === 'object' && 'contact' in page) {
		const identity = byId(page.contact);
		if (identity) return <ContactCode identity={identity} onDone={list} />;
	}
	if (typeof page === 'object' && 'remove' in page) {
		const identity = byId(page.remove);
		const next = identities.find(({ id }) => id !== page.remove);
		if (identity && next) return <RemoveIdentity identity={identity} next={next.name || text('popup_identity_unnamed')} onDone={list} />;
	}
	return <Identities identities={identities} show={show} open={open} />;
}
