import { useEffect, useState } from 'preact/hooks';
import type { PopupRequests } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, ConfirmButton, Problem } from '../ui/controls.tsx';
import { PassphraseForm } from '../ui/passphrase-form.tsx';
import { text } from '../ui/text.ts';

type ReplacedVault = PopupRequests['aside.list']['out']['asides'][number];

/** One vault whose place another took: what is in it can be taken over with its own passphrase, or it can be forgotten. */
function VaultCard(props: { vault: ReplacedVault; onChange: () => void }) {
	const { id, counter } = props.vault;
	const [isOpening, setOpening] = useState(false);
	const [result, setResult] = useState<string[]>([]);
	const forgetting = useAction();
	const take = async (passphrase: string) => {
		const { identities, messages } = await request('aside.open', { id, passphrase });
		const words = [identities > 0 ? text('popup_aside_opened', identities) : text('popup_aside_nothing')];
		if (messages > 0) words.push(text('popup_aside_messages', messages));
		setResult(words);
		announce(words.join(' '));
	};
	return (
		<li class="card">
			<h3 dir="auto">{text('popup_aside_name', id.slice(0, 6))}</h3>
			<p class="hint">{text('popup_aside_saved', counter)}</p>
			{result.map((sentence) => (
				<p class="line on" key={sentence}>
					{sentence}
				</p>
			))}
			{isOpening ? (
				<PassphraseForm
					label={text('popup_aside_passphrase')}
					submit={text('popup_aside_open')}
					onSubmit={take}
					onDone={() => setOpening(false)}
					onBack={() => setOpening(false)}
				/>
			) : (
				<div class="row start inset">
					<Button kind="quiet" onPress={() => setOpening(true)}>
						{text('popup_aside_open')}
					</Button>
					<ConfirmButton
						ask={text('popup_aside_forget_ask')}
						action={forgetting}
						onYes={async () => {
							if (!(await forgetting.run(() => request('aside.forget', { id })))) return;
							announce(text('popup_aside_forgotten'));
							props.onChange();
						}}
					>
						{text('popup_aside_forget')}
					</ConfirmButton>
				</div>
			)}
			<Problem fault={forgetting.fault} />
		</li>
	);
}

/** Vaults whose place another took. Nothing is shown where there are none. */
export function ReplacedVaults() {
	const [vaults, setVaults] = useState<ReplacedVault[]>([]);
	const look = () =>
		request('aside.list', {}).then(
			(answer) => setVaults(answer.asides),
			() => {},
		);
	useEffect(() => void look(), []);
	if (vaults.length === 0) return null;
	return (
		<div class="group">
			<h2>{text('popup_asides')}</h2>
			<p class="hint">{text('popup_asides_why')}</p>
			<ul class="plain-list">
				{vaults.map((vault) => (
					<VaultCard key={vault.id} vault={vault} onChange={look} />
				))}
			</ul>
		</div>
	);
}
