import { useState } from 'preact/hooks';
import type { Settings as Values } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Problem } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

type NumberName = Exclude<keyof Values, 'killSwitch' | 'care' | `ring${string}`>;
/** Smallest and largest value that make sense, in the setting's own unit. */
const bounds: Record<NumberName, [number, number]> = {
	delayMin: [0, 3600],
	delayMax: [0, 3600],
	lockMinutes: [0, 1440],
	perMinute: [1, 60],
	perDay: [1, 10_000],
};

/** One number. It is stored when the field is left or Enter is pressed; what cannot be stored stays, with the reason. */
export function NumberSetting(props: { name: NumberName; settings: Values; hint?: string }) {
	const { name, settings } = props;
	/** null: nothing was typed; the stored value is shown */
	const [draft, setDraft] = useState<string | null>(null);
	const [wrong, setWrong] = useState('');
	const action = useAction();
	const store = async () => {
		if (draft === null) return;
		const value = Number(draft);
		const [least, most] = bounds[name];
		const isReversed = (name === 'delayMin' && value > settings.delayMax) || (name === 'delayMax' && value < settings.delayMin);
		if (draft.trim() === '' || !Number.isInteger(value) || value < least || value > most)
			return setWrong(text('popup_settings_between', least, most));
		if (isReversed) return setWrong(text('popup_settings_reversed'));
		setWrong('');
		if (value !== settings[name] && !(await action.run(() => request('settings.set', { [name]: value })))) return;
		if (value !== settings[name]) announce(text('popup_saved'));
		// what was typed meanwhile stays
		setDraft((now) => (now === draft ? null : now));
	};
	const id = `problem-${name}`;
	return (
		<div class="number">
			<Field
				label={text(`popup_settings_${name}`)}
				{...(props.hint ? { hint: props.hint } : {})}
				value={draft ?? String(settings[name])}
				inputMode="numeric"
				dir="ltr"
				invalid={wrong !== '' || action.fault !== null}
				describedBy={id}
				onInput={setDraft}
				onBlur={store}
				onKeyDown={(event) => event.key === 'Enter' && store()}
			/>
			<p class="problem" role="alert" id={id} hidden={wrong === ''}>
				{wrong}
			</p>
			<Problem fault={action.fault} />
		</div>
	);
}
