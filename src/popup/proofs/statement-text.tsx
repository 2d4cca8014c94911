import type { ComponentChildren } from 'preact';
import { CodeForOther } from '../codes/show-code.tsx';
import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** A longer text makes a picture that cameras do not get sharp, characters. */
const longestPicture = 1200;

/** A text that was made, to be copied, saved or scanned. `what`: where it goes. */
export function StatementText(props: {
	title: string;
	what: string;
	text: string;
	file: string;
	hasPicture: boolean;
	onDone: () => void;
	children?: ComponentChildren;
}) {
	const hasPicture = props.hasPicture && props.text.length <= longestPicture;
	return (
		<Screen key="text" title={props.title}>
			<p dir="auto">{props.what}</p>
			<CodeForOther text={props.text} pictures={hasPicture ? [props.text] : []} file={props.file} />
			{props.children}
			<div class="row">
				<Button kind="quiet" onPress={props.onDone}>
					{text('popup_close')}
				</Button>
			</div>
		</Screen>
	);
}
