import { useEffect, useState } from 'preact/hooks';
import type { PopupRequests } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction } from '../state/store.ts';
import { Button, Confirmed, Problem } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

type Aside = PopupRequests['aside.list']['out']['asides'][number];

/** One vault whose place another took: what is in it can be taken over with its own passphrase, or it can be forgotten. */
function OneAside(props: { aside: Aside; onChange: () => void }) {
	const { id, counter } = props.aside;
	const [opening, open] = useState(false);
	const [told, tell] = useState<string[]>([]);
	const forgetting = useAction();
	const take = async (passphrase: string) => {
		const { identities, messages } = await request('aside.open', { id, passphrase });
		const words = [identities > 0 ? text('popup_aside_opened', identities) : text('popup_aside_nothing')];
		if (messages > 0) words.push(text('popup_aside_messages', messages));
		tell(words);
		announce(words.join(' '));
	};
	return (
		<li class="card">
			<h3 dir="auto">{text('popup_aside_name', id.slice(0, 6))}</h3>
			<p class="hint">{text('popup_aside_saved', counter)}</p>
			{told.map((words) => (
				<p class="line on" key={words}>
					{words}
				</p>
			))}
			{opening ? (
				<PassphraseForm
					label={text('popup_aside_passphrase')}
					submit={text('popup_aside_open')}
					busy={text('popup_unlocking')}
					onSubmit={take}
					onDone={() => open(false)}
					onBack={() => open(false)}
				/>
			) : (
				<div class="row start inset">
					<Button kind="quiet" onPress={() => open(true)}>
						{text('popup_aside_open')}
					</Button>
					<Confirmed
						ask={text('popup_aside_forget_ask')}
						action={forgetting}
						onYes={async () => {
							if (!(await forgetting.run(() => request('aside.forget', { id })))) return;
							announce(text('popup_aside_forgotten'));
							props.onChange();
						}}
					>
						{text('popup_aside_forget')}
					</Confirmed>
				</div>
			)}
			<Problem fault={forgetting.fault} />
		</li>
	);
}

/** Vaults that were set aside. Nothing where there are none. */
export function Asides() {
	const [asides, set] = useState<Aside[]>([]);
	const look = () =>
		request('aside.list', {}).then(
			(found) => set(found.asides),
			() => {},
		);
	useEffect(() => void look(), []);
	if (asides.length === 0) return null;
	return (
		<div class="group">
			<h2>{text('popup_asides')}</h2>
			<p class="hint">{text('popup_asides_why')}</p>
			<ul class="plain-list">
				{asides.map((aside) => (
					<OneAside key={aside.id} aside={aside} onChange={look} />
				))}
			</ul>
		</div>
	);
}
