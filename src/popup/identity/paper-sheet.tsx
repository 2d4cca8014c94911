import '../keys/keys.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { IdentitySummary } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAway } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { Choice } from '../ui/fields.tsx';
import { Mask } from '../ui/mask.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { day, text } from '../ui/text.ts';

interface Printed {
	words: string[];
	extra: boolean;
	code: { size: number; path: string };
}

/** The sheet itself, as it stands on paper. */
function Paper(props: { identity: IdentitySummary; printed: Printed }) {
	const { identity, printed } = props;
	const { size, path } = printed.code;
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
					{printed.words.map((word, index) => (
						<li key={index}>{word}</li>
					))}
				</ol>
				<svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={text('popup_sheet_code')} shape-rendering="crispEdges">
					<rect width={size} height={size} fill="#fff" />
					<path d={path} fill="#000" />
				</svg>
			</div>
			{printed.extra && (
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
 * A sheet of paper with the phrase, made in this page and printed from it. The phrase leaves the page after printing, and when the window
 * loses focus; the browser's own print window takes the focus too, which does not count.
 */
export function Sheet(props: { identities: IdentitySummary[]; onDone: () => void }) {
	const [chosen, choose] = useState(props.identities[0]?.id ?? '');
	const [printed, set] = useState<Printed | null>(null);
	const [away, setAway] = useState(false);
	const printing = useRef(false);
	const identity = props.identities.find(({ id }) => id === chosen);
	const forget = () => {
		if (printing.current || !printed) return;
		set(null);
		setAway(true);
	};
	useAway(forget);
	useEffect(() => {
		const begin = () => {
			printing.current = true;
		};
		const end = () => {
			printing.current = false;
			set(null);
			setAway(true);
		};
		addEventListener('beforeprint', begin);
		addEventListener('afterprint', end);
		return () => {
			removeEventListener('beforeprint', begin);
			removeEventListener('afterprint', end);
		};
	}, []);
	const make = async (passphrase: string) => {
		const { drawnCode } = await import('../ui/qr-code.ts');
		const { phrase, keyPassphrase } = await request('identity.phrase', { id: chosen, passphrase });
		set({ words: phrase.split(' '), extra: keyPassphrase !== '', code: drawnCode(phrase) });
		setAway(false);
	};
	if (printed && identity)
		return (
			<Screen key="sheet" title={text('popup_sheet_ask')}>
				<Paper identity={identity} printed={printed} />
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
			{away && (
				<p class="card note" role="status">
					{text('popup_sheet_hidden')}
				</p>
			)}
			{props.identities.length > 1 && (
				<Choice
					label={text('popup_tab_identity')}
					value={chosen}
					options={props.identities.map(({ id, name }) => [id, name || text('popup_identity_unnamed')])}
					onChange={choose}
				/>
			)}
			<PassphraseForm
				submit={text('popup_sheet_show')}
				busy={text('popup_unlocking')}
				onSubmit={make}
				onDone={() => {}}
				onBack={props.onDone}
			/>
		</Screen>
	);
}
