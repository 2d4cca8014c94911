import { faultText } from '../messages/fault-text.ts';
import { request } from '../messages/request.ts';
import type { Fault } from '../messages/rooms.ts';
import { CareChoice, WhatPagesSee } from './care/care-choice.tsx';
import { type View, view } from './state/navigation.ts';
import { refresh, state } from './state/store.ts';
import { Button } from './ui/controls.tsx';
import { text } from './ui/text.ts';

/** What the vault has to tell, until it was read. */
function VaultNotice(props: { fault: Fault }) {
	const dismiss = () =>
		request('notice.read', props.fault).then(
			() => refresh(false),
			() => {},
		);
	return (
		<div class="notice" role="status">
			<p>{faultText(props.fault)}</p>
			<Button kind="quiet" onPress={dismiss}>
				{text('popup_notice_read')}
			</Button>
		</div>
	);
}

/** Something that is dealt with in another view: it stands everywhere but there. */
function Pointer(props: { words: string; button: string; to: View }) {
	if (view.value === props.to) return null;
	return (
		<div class="notice">
			<p>{props.words}</p>
			<Button
				kind="quiet"
				onPress={() => {
					view.value = props.to;
				}}
			>
				{props.button}
			</Button>
		</div>
	);
}

/** Whoever had Bauta before it asked how careful to be is asked once. */
function CareQuestion() {
	return (
		<section class="group question" aria-label={text('popup_care_title')}>
			<h2>{text('popup_care_title')}</h2>
			<WhatPagesSee />
			<CareChoice />
		</section>
	);
}

/** What stands until it is dealt with: how careful to be, what the vault has to tell, the kill switch, a phrase that nobody wrote down. */
export function Notices() {
	const { identities = [], notices = [], settings } = state.value ?? {};
	const hasUnconfirmed = identities.some((identity) => identity.kind === 'phrase' && !identity.confirmed);
	return (
		<>
			{settings && settings.care === undefined && view.value !== 'settings' && <CareQuestion />}
			{notices.map((fault) => (
				<VaultNotice key={`${fault.code} ${fault.detail}`} fault={fault} />
			))}
			{settings?.killSwitch && <Pointer words={text('popup_killed')} button={text('popup_tab_settings')} to="settings" />}
			{hasUnconfirmed && <Pointer words={text('popup_reminder')} button={text('popup_reminder_do')} to="identity" />}
		</>
	);
}
