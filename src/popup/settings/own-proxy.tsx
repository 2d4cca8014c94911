import { useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { request } from '../../messages/request.ts';
import { browser } from '../../platform/api/browser.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { state } from '../state/store.ts';
import { Button, Problem } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/**
 * The user's own proxy (Firefox). It is stored before Firefox is asked, as the popup may be gone when the person answers: without the
 * permission nothing is sent at all, and this says so.
 */
export function OwnProxy() {
	const choice = state.value?.proxy;
	const [draft, setDraft] = useState('');
	const action = useAction();
	if (!choice) return null;
	const use = (address: string) => {
		// first of all: browsers allow the question only as long as the click counts
		const answer = browser.permissions.request({ permissions: ['proxy'] });
		action.run(async () => {
			await request('proxy.set', { address });
			if (!(await answer)) throw new BautaError('proxy-permission');
			announce(text('popup_saved'));
		});
	};
	const stop = () =>
		action.run(async () => {
			await request('proxy.set', { address: null });
			announce(text('popup_saved'));
		});
	const { address, isAllowed } = choice;
	return (
		<div class="group">
			<h2>{text('popup_proxy_title')}</h2>
			<p class="hint">{text('popup_proxy_hint')}</p>
			{address === null ? (
				<>
					<Field
						label={text('popup_proxy_address')}
						hint={text('popup_proxy_address_hint')}
						value={draft}
						dir="ltr"
						invalid={action.fault !== null}
						describedBy="problem-proxy"
						onInput={setDraft}
					/>
					<Button action={action} onPress={() => use(draft)}>
						{text('popup_proxy_use')}
					</Button>
				</>
			) : (
				<>
					<p class={isAllowed ? '' : 'card note'}>{text(isAllowed ? 'popup_proxy_on' : 'popup_proxy_missing', address)}</p>
					<div class="row start">
						{!isAllowed && (
							<Button kind="main" action={action} onPress={() => use(address)}>
								{text('popup_proxy_allow')}
							</Button>
						)}
						<Button action={action} onPress={stop}>
							{text('popup_proxy_stop')}
						</Button>
					</div>
				</>
			)}
			<Problem fault={action.fault} id="problem-proxy" />
		</div>
	);
}
