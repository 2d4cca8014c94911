import { useMemo, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import type { Fault } from '../../messages/rooms.ts';
import { type Action, useAction } from '../state/store.ts';
import { Button, Form, Problem } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** Two different places in a phrase of `count` words, drawn at random, the earlier first. */
function twoPlaces(count: number): [number, number] {
	const draw = (below: number) => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
	const first = draw(count);
	const second = (first + 1 + draw(count - 1)) % count;
	return first < second ? [first, second] : [second, first];
}

export interface Answered {
	index: number;
	word: string;
}

/** Asks two words of the phrase back. `check` throws `backup-words` where one is wrong; what was typed stays. */
export function AskBack(props: { count: number; check: (words: Answered[]) => Promise<void>; onDone: () => void; onBack: () => void }) {
	const places = useMemo(() => twoPlaces(props.count), [props.count]);
	const [words, setWords] = useState<[string, string]>(['', '']);
	const action: Action = useAction();
	const fault: Fault | null = action.fault;
	const submit = async () => {
		const answered = places.map((index, at) => ({ index, word: (words[at] ?? '').trim().toLowerCase() }));
		const done = await action.run(async () => {
			if (answered.some(({ word }) => word === '')) throw new BautaError('backup-words');
			await props.check(answered);
		});
		if (done) props.onDone();
	};
	return (
		<Form action={action} onSubmit={submit}>
			{places.map((index, at) => (
				<Field
					key={index}
					label={text('popup_ask_word', index + 1)}
					value={words[at] ?? ''}
					dir="ltr"
					focus={at === 0 && fault !== null}
					invalid={fault !== null}
					describedBy="ask-problem"
					onInput={(value) => setWords(at === 0 ? [value, words[1]] : [words[0], value])}
				/>
			))}
			<Problem fault={fault} id="ask-problem" />
			<div class="row">
				<Button kind="quiet" onPress={props.onBack}>
					{text('popup_back')}
				</Button>
				<Button kind="main" submit action={action}>
					{text('popup_ask_check')}
				</Button>
			</div>
		</Form>
	);
}
