import { useEffect, useState } from 'preact/hooks';
import type { OwnNotifier } from '../../messages/notifier.ts';
import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { type Action, useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, ConfirmButton, Problem } from '../ui/controls.tsx';
import { ago, hostOf, text } from '../ui/text.ts';
import { FollowedRooms } from './followed-rooms.tsx';
import { NotifierForm } from './notifier-form.tsx';
import { type Ask, useNotifier } from './questions.ts';

/**
 * Asks the browser for the notifier's host, where it is not allowed yet, and then the notifier. The popup may be gone when the person answers:
 * then the button is there again, and asks the notifier alone.
 */
function ConnectButton(props: { notifier: OwnNotifier; action: Action; ask: Ask }) {
	const { address, isAllowed } = props.notifier;
	const [isRefused, setRefused] = useState(false);
	const host = hostOf(address);
	const connect = () => {
		// first of all: browsers allow the question only as long as the click counts
		const answer = isAllowed ? Promise.resolve(true) : browser.permissions.request({ origins: patternsOf(address).slice(0, 1) });
		setRefused(false);
		props.action.run(async () => {
			if (await answer) await props.ask('notifier.visit', {});
			else setRefused(true);
		});
	};
	return (
		<>
			{!isAllowed && <p class="hint">{text('popup_notifier_asks', host)}</p>}
			<Button kind="main" action={props.action} onPress={connect}>
				{isAllowed ? text('popup_notifier_connect') : text('popup_notifier_allow', host)}
			</Button>
			<p class="problem" role="alert" hidden={!isRefused}>
				{isRefused ? text('popup_site_refused') : ''}
			</p>
		</>
	);
}

/** Leaves the notifier. Where it cannot be told, this browser alone can forget it. */
function Leave({ action, ...props }: { action: Action; ask: Ask }) {
	const leave = (alone: boolean) =>
		action.run(async () => {
			await props.ask('notifier.revoke', { alone });
			announce(text('popup_notifier_gone'));
		});
	return (
		<>
			<ConfirmButton ask={text('popup_notifier_revoke_ask')} action={action} onYes={() => leave(false)}>
				{text('popup_notifier_revoke')}
			</ConfirmButton>
			<Problem fault={action.fault} />
			{action.fault && (
				<ConfirmButton ask={text('popup_notifier_forget_ask')} action={action} onYes={() => leave(true)}>
					{text('popup_notifier_forget')}
				</ConfirmButton>
			)}
		</>
	);
}

/** The notifier that is stored, how it stands, and what can be done with it. */
function Card(props: { notifier: OwnNotifier; ask: Ask; onChange: () => void }) {
	const { notifier } = props;
	const { address, target, isAllowed, wasAsked, isRegistered, seen, fault, delivery } = notifier;
	const action = useAction();
	const leaving = useAction();
	const isInUse = isRegistered && isAllowed;
	return (
		<div class="card">
			<h3 dir="auto">{hostOf(address)}</h3>
			<p class="hint" dir="auto">
				{target}
			</p>
			{isInUse && !fault && <p class="line on">{text('popup_notifier_connected')}</p>}
			{isRegistered && !isAllowed && !fault && <p class="line warn">{text('popup_notifier_disallowed')}</p>}
			{!isRegistered && !fault && (
				<p class="hint">{text(wasAsked ? 'popup_notifier_not_connected_sent' : 'popup_notifier_not_connected')}</p>
			)}
			{seen > 0 && <p class="hint">{text('popup_notifier_seen', ago(seen))}</p>}
			{delivery && <p class="line warn">{text(`popup_notifier_delivery_${delivery.replaceAll('-', '_')}`)}</p>}
			<Problem fault={action.fault ?? (leaving.fault ? null : fault)} />
			{!isInUse && <ConnectButton notifier={notifier} action={action} ask={props.ask} />}
			<div class="row start">
				{isInUse && (
					<Button action={action} onPress={() => action.run(() => props.ask('notifier.visit', {}))}>
						{text('popup_notifier_ask')}
					</Button>
				)}
				<Button onPress={props.onChange}>{text('popup_notifier_change')}</Button>
			</div>
			{isInUse && <p class="hint">{text('popup_notifier_daily')}</p>}
			<Leave action={leaving} ask={props.ask} />
		</div>
	);
}

/** A server of the user's own that tells their phone of new messages. */
export function MyNotifier() {
	const [state, ask] = useNotifier();
	const [hasFailed, setHasFailed] = useState(false);
	const [isWriting, write] = useState(false);
	useEffect(() => {
		ask('notifier.state', {}).catch(() => setHasFailed(true));
	}, []);
	const notifier = state?.notifier ?? null;
	return (
		<div class="group" aria-busy={state || hasFailed ? undefined : 'true'}>
			<h2>{text('popup_notifier_title')}</h2>
			<p>{text('popup_notifier_what')}</p>
			<Problem fault={hasFailed ? { code: 'internal', detail: '' } : null} />
			{isWriting && <NotifierForm now={notifier} ask={ask} onBack={() => write(false)} />}
			{state && !isWriting && !notifier && <Button onPress={() => write(true)}>{text('popup_notifier_set_up')}</Button>}
			{state && !isWriting && notifier && <Card notifier={notifier} ask={ask} onChange={() => write(true)} />}
			{state && !isWriting && notifier?.isRegistered && <FollowedRooms rooms={state.rooms} ask={ask} />}
		</div>
	);
}
