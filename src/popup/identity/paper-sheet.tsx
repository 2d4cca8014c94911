import './paper-sheet.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAway } from '../state/away.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Mask } from '../ui/mask.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { day, text } from '../ui/text.ts';

/** What stands on the sheet. `hasPassphrase`: restoring needs a BIP-39 passphrase too, to be added by hand. */
interface PhraseSheet {
	words: string[];
	hasPassphrase: boolean;
	code: { size: number; path: string };
}

/** The sheet itself, as it stands on paper. */
function Paper(props: { identity: IdentitySummary; sheet: PhraseSheet }) {
	const { identity, sheet } = props;
	const { size, path } = sheet.code;
	return (
		<section class="sheet" aria-label={text('popup_sheet_title')}>
			<header>
				<Mask size={40} />
				<div>
					<h2>{text('popup_sheet_title')}</h2>
					<p class="hint" dir="auto">
						{identity.name || text('popup_identity_unnamed')} · {text('popup_sheet_made', day(Date.now() / 1000))}
					</p>
				</div>
			</header>
			<div class="sheet-secret">
				<ol dir="ltr" lang="en">
					{sheet.words.map((word, index) => (
						<li key={index}>{word}</li>
					))}
				</ol>
				<svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={text('popup_sheet_code')} shape-rendering="crispEdges">
					<rect width={size} height={size} fill="#fff" />
					<path d={path} fill="#000" />
				</svg>
			</div>
			{sheet.hasPassphrase && (
				<div class="sheet-extra">
					<p>{text('popup_sheet_extra')}</p>
					<div class="sheet-line" />
				</div>
			)}
			<p>{text('popup_sheet_use')}</p>
			<p>
				<strong>{text('popup_sheet_whoever')}</strong>
			</p>
		</section>
	);
}

/**
 * The phrase leaves the page after printing, and when the window loses focus. The browser's own print window takes the focus too; that
 * does not count.
 */
function useSheet() {
	const [sheet, setSheet] = useState<PhraseSheet | null>(null);
	const [wasHidden, setHidden] = useState(false);
	const isPrinting = useRef(false);
	const hide = () => {
		setSheet(null);
		setHidden(true);
	};
	useAway(() => {
		if (!isPrinting.current && sheet) hide();
	});
	useEffect(() => {
		const begin = () => {
			isPrinting.current = true;
		};
		const end = () => {
			isPrinting.current = false;
			hide();
		};
		addEventListener('beforeprint', begin);
		addEventListener('afterprint', end);
		return () => {
			removeEventListener('beforeprint', begin);
			removeEventListener('afterprint', end);
		};
	}, []);
	const show = (next: PhraseSheet) => {
		setSheet(next);
		setHidden(false);
	};
	return { sheet, wasHidden, show };
}

/** A sheet of paper with the phrase of one of these identities, made in this page and printed from it, once the passphrase was asked. */
export function PaperSheet(props: { identities: IdentitySummary[]; onDone: () => void }) {
	const [choice, setChoice] = useState(props.identities[0]?.id ?? '');
	const { sheet, wasHidden, show } = useSheet();
	const identity = props.identities.find(({ id }) => id === choice);
	const make = async (passphrase: string) => {
		const { drawnCode } = await import('../ui/qr-code.ts');
		const { phrase, keyPassphrase } = await request('identity.phrase', { id: choice, passphrase });
		show({ words: phrase.split(' '), hasPassphrase: keyPassphrase !== '', code: drawnCode(phrase) });
	};
	if (sheet && identity)
		return (
			<Screen key="sheet" title={text('popup_sheet_ask')}>
				<Paper identity={identity} sheet={sheet} />
				<div class="row">
					<Button kind="quiet" onPress={props.onDone}>
						{text('popup_back')}
					</Button>
					<Button kind="main" onPress={() => print()}>
						{text('popup_sheet_print')}
					</Button>
				</div>
			</Screen>
		);
	return (
		<Screen key="ask" title={text('popup_sheet_ask')}>
			<p>{text('popup_sheet_why')}</p>
			{wasHidden && (
				<p class="card note" role="status">
					{text('popup_sheet_hidden')}
				</p>
			)}
			{props.identities.length > 1 && (
				<SelectField
					label={text('popup_tab_identity')}
					value={choice}
					options={props.identities.map(({ id, name }) => [id, name || text('popup_identity_unnamed')])}
					onChange={setChoice}
				/>
			)}
			<PassphraseForm submit={text('popup_sheet_show')} onSubmit={make} onDone={() => {}} onBack={props.onDone} />
		</Screen>
	);
}
