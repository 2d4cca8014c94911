import { useEffect, useRef, useState } from 'preact/hooks';
import { SteadyClock } from '../../platform/steady-clock.ts';
import { text } from '../ui/text.ts';

/** Minutes and seconds until `until` (unix ms); `onOver` is called every second from then on. */
export function Countdown(props: { until: number; onOver: () => void }) {
	const { until } = props;
	const latest = useRef(props);
	latest.current = props;
	const [remaining, setRemaining] = useState(until - Date.now());
	useEffect(() => {
		const clock = new SteadyClock();
		const end = until - Date.now() + clock.now();
		const timer = setInterval(() => {
			const rest = end - clock.now();
			setRemaining(rest);
			if (rest <= 0) latest.current.onOver();
		}, 1000);
		return () => clearInterval(timer);
	}, [until]);
	const seconds = Math.max(0, Math.ceil(remaining / 1000));
	return (
		<p class="hint" role="timer" aria-live="off">
			{text('popup_link_left', `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)}
		</p>
	);
}
