import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../ui/text.ts';

/** Minutes and seconds until `until` (unix ms); `onOver` is called every second from then on. */
export function Countdown(props: { until: number; onOver: () => void }) {
	const { until } = props;
	const latest = useRef(props);
	latest.current = props;
	const [remaining, setRemaining] = useState(until - Date.now());
	useEffect(() => {
		const timer = setInterval(() => {
			const now = until - Date.now();
			setRemaining(now);
			if (now <= 0) latest.current.onOver();
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
