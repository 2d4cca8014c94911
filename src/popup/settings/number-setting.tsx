import { useState } from 'preact/hooks';
import type { Settings as Values } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { announce, useAction } from '../state/store.ts';
import { Problem } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

type Numbers = Exclude<keyof Values, 'killSwitch'>;
/** Smallest and largest value that make sense, in the setting's own unit. */
const bounds: Record<Numbers, [number, number]> = {
	delayMin: [0, 3600],
	delayMax: [0, 3600],
	lockMinutes: [0, 1440],
	perMinute: [1, 60],
	perDay: [1, 10_000],
};

/** One number. It is stored when the field is left or Enter is pressed; what cannot be stored stays, with the reason. */
export function NumberSetting(props: { name: Numbers; settings: Values; hint?: string }) {
	const { name, settings } = props;
	const [typed, type] = useState<string | null>(null);
	const [wrong, setWrong] = useState('');
	const action = useAction();
	const store = async () => {
		if (typed === null) return;
		const value = Number(typed);
		const [least, most] = bounds[name];
		const reversed = (name === 'delayMin' && value > settings.delayMax) || (name === 'delayMax' && value < settings.delayMin);
		if (typed.trim() === '' || !Number.isInteger(value) || value < least || value > most)
			return setWrong(text('popup_settings_between', least, most));
		if (reversed) return setWrong(text('popup_settings_reversed'));
		setWrong('');
		if (value !== settings[name] && !(await action.run(() => request('settings.set', { [name]: value })))) return;
		if (value !== settings[name]) announce(text('popup_saved'));
		// what was typed meanwhile stays
		type((now) => (now === typed ? null : now));
	};
	const id = `problem-${name}`;
	return (
		<div class="number">
			<Field
				label={text(`popup_settings_${name}`)}
				{...(props.hint ? { hint: props.hint } : {})}
				value={typed ?? String(settings[name])}
				inputMode="numeric"
				dir="ltr"
				invalid={wrong !== '' || action.fault !== null}
				describedBy={id}
				onInput={type}
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
