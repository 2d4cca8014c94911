import { markBox, markPath } from '../../platform/drawing/marks.ts';
import { text } from '../ui/text.ts';

/** The marks of anonymous messages in web chats, and what they mean. */
export function Legend() {
	const { width, height } = markBox;
	const mark = (mine: boolean) => (
		<svg class="sign" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
			<path fill-rule="evenodd" d={markPath(mine, text('content_mine_drawn'))} />
		</svg>
	);
	return (
		<div class="group">
			<h2>{text('popup_marks')}</h2>
			<ul class="plain-list marks">
				<li>
					{mark(true)}
					<span>{text('popup_marks_mine')}</span>
				</li>
				<li>
					{mark(false)}
					<span>{text('popup_marks_foreign')}</span>
				</li>
			</ul>
		</div>
	);
}
