import './progress.css';
import { useEffect, useId, useState } from 'preact/hooks';
import { request } from '../../messages/request.ts';
import { Button } from './controls.tsx';
import { text } from './text.ts';

/** Time between two questions how far the work has come, in milliseconds. Work that ends before the first shows nothing. */
const askEvery = 300;

/** How far slow work in the background has come, and a button that ends it. Shown while `on`, once the background has something to say. */
export function Progress(props: { on: boolean }) {
	const id = useId();
	const [fraction, setFraction] = useState<number | null>(null);
	useEffect(() => {
		setFraction(null);
		if (!props.on) return;
		const timer = setInterval(() => {
			request('slow-task.progress', {}).then(
				(work) => setFraction(work.fraction),
				() => {},
			);
		}, askEvery);
		return () => clearInterval(timer);
	}, [props.on]);
	if (!props.on || fraction === null) return null;
	const percent = Math.round(fraction * 100);
	return (
		<div class="progress">
			<label for={id}>{text('popup_working')}</label>
			<div class="row between">
				{/* without a value the bar says that the work goes on, and not how far it is */}
				<progress id={id} max={100} {...(percent > 0 ? { value: percent } : {})} />
				<span class="hint">{percent > 0 ? text('popup_percent', percent) : ''}</span>
				<Button kind="quiet" onPress={() => request('slow-task.cancel', {}).catch(() => {})}>
					{text('popup_working_cancel')}
				</Button>
			</div>
		</div>
	);
}
