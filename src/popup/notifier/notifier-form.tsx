import { useState } from 'preact/hooks';
import type { DeliveryKind, OwnNotifier } from '../../messages/notifier.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Form, Problem, SubmitRow } from '../ui/controls.tsx';
import { Field, SecretField, SelectField } from '../ui/fields.tsx';
import { FileOrCamera } from '../ui/file-or-camera.tsx';
import { text } from '../ui/text.ts';
import { notifierLink } from './link.ts';
import type { Ask } from './questions.ts';

/** Whose fault a fault is: it stands at that field. */
const isAbout = (fault: { code: string } | null, ...codes: string[]): boolean => fault !== null && codes.includes(fault.code);

/** Where pushes go. */
function DeliveryFields(props: {
	kind: DeliveryKind;
	target: string;
	invalid: boolean;
	onKind: (kind: DeliveryKind) => void;
	onTarget: (target: string) => void;
}) {
	const { kind } = props;
	return (
		<>
			<SelectField
				label={text('popup_notifier_kind')}
				value={kind}
				options={[
					['ntfy', text('popup_notifier_kind_ntfy')],
					['hook', text('popup_notifier_kind_hook')],
				]}
				onChange={(chosen) => props.onKind(chosen as DeliveryKind)}
			/>
			<Field
				label={text(`popup_notifier_target_${kind}`)}
				hint={text(`popup_notifier_target_${kind}_hint`)}
				value={props.target}
				onInput={props.onTarget}
				inputMode="url"
				dir="ltr"
				invalid={props.invalid}
				describedBy="problem-notifier"
			/>
		</>
	);
}

/** What has to be known of a notifier. `now`: the one that is stored, whose secret may stay as it is. `onBack`: it is stored, or left as it was. */
export function NotifierForm(props: { now: OwnNotifier | null; ask: Ask; onBack: () => void }) {
	const { now } = props;
	const [address, setAddress] = useState(now?.address ?? '');
	const [secret, setSecret] = useState('');
	const [kind, setKind] = useState<DeliveryKind>(now?.kind ?? 'ntfy');
	const [target, setTarget] = useState(now?.target ?? '');
	const [wrongCode, setWrongCode] = useState(false);
	const action = useAction();
	/** a link fills both fields; anything else is left as it is */
	const takeLink = (code: string): boolean => {
		const link = notifierLink(code);
		if (!link) return false;
		setAddress(link.address);
		setSecret(link.secret);
		announce(text('popup_notifier_code_read'));
		return true;
	};
	const takeCode = (code: string) => setWrongCode(!takeLink(code));
	const takeFiles = async ([file]: File[]) => {
		const { codeInPicture } = await import('../ui/qr-code.ts');
		takeCode(file ? await codeInPicture(file).catch(() => '') : '');
	};
	const save = () =>
		action.run(async () => {
			const stored = await props.ask('notifier.set', { address, secret, kind, target });
			// one that is in use is told at once where pushes go from now on
			const isInUse = stored.notifier?.isRegistered && stored.notifier.isAllowed;
			if (isInUse) await props.ask('notifier.visit', {});
			announce(text('popup_saved'));
			props.onBack();
		});
	const secretHint = now ? text('popup_notifier_secret_keep') : text('popup_notifier_secret_hint');
	return (
		<Form action={action} onSubmit={save} label={text('popup_notifier_title')}>
			<Field
				label={text('popup_notifier_address')}
				hint={text('popup_notifier_address_hint')}
				value={address}
				onInput={(written) => takeLink(written) || setAddress(written)}
				focus
				inputMode="url"
				dir="ltr"
				invalid={isAbout(action.fault, 'notifier-address', 'notifier-other')}
				describedBy="problem-notifier"
			/>
			<SecretField
				label={text('popup_notifier_secret')}
				hint={secretHint}
				value={secret}
				onInput={(written) => takeLink(written) || setSecret(written)}
				invalid={isAbout(action.fault, 'notifier-secret-form')}
				describedBy="problem-notifier"
			/>
			<FileOrCamera
				page="notifications"
				openTab={text('popup_notifier_read_tab')}
				file={text('popup_notifier_read_picture')}
				accept="image/*"
				cameraFirst
				once
				onFiles={takeFiles}
				onCode={takeCode}
			/>
			<p class="problem" role="alert" hidden={!wrongCode}>
				{wrongCode ? text('popup_notifier_code_other') : ''}
			</p>
			<DeliveryFields
				kind={kind}
				target={target}
				invalid={isAbout(action.fault, 'notifier-target')}
				onKind={setKind}
				onTarget={setTarget}
			/>
			<Problem fault={action.fault} id="problem-notifier" />
			<SubmitRow action={action} submit={text('popup_save')} onBack={props.onBack} back={text('popup_no')} />
		</Form>
	);
}
