import { useEffect } from 'preact/hooks';
import { CareChoice, WhatPagesSee } from '../care/care-choice.tsx';
import { state } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** How careful the user wants to be: asked once. `onDone`: also called where a backup already says it. */
export function CareStep(props: { onDone: () => void }) {
	const isChosen = state.value?.settings.care !== undefined;
	useEffect(() => {
		if (isChosen) props.onDone();
	}, []);
	return (
		<Screen title={text('popup_care_title')} step={text('popup_step', 3)}>
			<WhatPagesSee />
			<CareChoice />
			{isChosen && (
				<div class="row">
					<Button kind="main" onPress={props.onDone}>
						{text('popup_care_go_on')}
					</Button>
				</div>
			)}
		</Screen>
	);
}
