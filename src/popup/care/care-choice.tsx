import './care.css';
import { useId, useState } from 'preact/hooks';
import type { Care } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { state } from '../state/store.ts';
import { Problem } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

const choices: Care[] = ['everyday', 'careful'];

/** How careful the user wants to be, with what each choice means. It is stored as soon as one is taken. */
export function CareChoice() {
	const action = useAction();
	const name = useId();
	/** picked here, until the background has it */
	const [pick, setPick] = useState<Care | null>(null);
	const current = pick ?? state.value?.settings.care;
	const choose = async (care: Care) => {
		setPick(care);
		await action.run(async () => {
			await request('settings.set', { care });
			announce(text('popup_saved'));
		});
		setPick(null);
	};
	return (
		<fieldset class="care">
			<legend class="unseen">{text('popup_care_title')}</legend>
			{choices.map((care) => (
				<label key={care} class="card">
					<input type="radio" name={name} checked={current === care} onChange={() => choose(care)} />
					<span>
						{text(`popup_care_${care}`)}
						<span class="hint">{text(`popup_care_${care}_means`)}</span>
					</span>
				</label>
			))}
			<Problem fault={action.fault} />
		</fieldset>
	);
}

/** What a page can see of who writes, in two sentences. */
export const WhatPagesSee = () => (
	<p>
		{text('popup_care_page')} {text('popup_care_beside')}
	</p>
);
