import { useMemo, useState } from 'preact/hooks';
import { BautaError } from '../../messages/errors.ts';
import { useAction } from '../state/actions.ts';
import { Form, Problem, SubmitRow } from '../ui/controls.tsx';
import { Field } from '../ui/fields.tsx';
import { text } from '../ui/text.ts';

/** Two different positions in a phrase of `count` words, drawn at random, the earlier first. They count from 0. */
function twoPositions(count: number): [number, number] {
	const draw = (below: number) => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
	const first = draw(count);
	const second = (first + 1 + draw(count - 1)) % count;
	return first < second ? [first, second] : [second, first];
}

/** A word as it was typed, and its position in the phrase, from 0. */
export interface TypedWord {
	index: number;
	word: string;
}

/** Asks two words of the phrase back. `check` throws BautaError `backup-words` where one is wrong; what was typed stays. */
export function ConfirmWords(props: {
	count: number;
	check: (words: TypedWord[]) => Promise<unknown>;
	onDone: () => void;
	onBack: () => void;
}) {
	const positions = useMemo(() => twoPositions(props.count), [props.count]);
	const [words, setWords] = useState<[string, string]>(['', '']);
	const action = useAction();
	const { fault } = action;
	const submit = async () => {
		const answer = positions.map((index, at) => ({ index, word: (words[at] ?? '').trim().toLowerCase() }));
		const isRight = await action.run(async () => {
			if (answer.some(({ word }) => word === '')) throw new BautaError('backup-words');
			await props.check(answer);
		});
		if (isRight) props.onDone();
	};
	return (
		<Form action={action} onSubmit={submit}>
			{positions.map((index, at) => (
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
			<SubmitRow action={action} submit={text('popup_ask_check')} onBack={props.onBack} />
		</Form>
	);
}
