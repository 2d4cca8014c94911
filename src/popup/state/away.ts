import { useEffect, useState } from 'preact/hooks';

/** When a secret is emptied: as soon as the window loses focus, or only when the page is hidden or closed. */
export type Moment = 'blur' | 'hidden';

/** Calls `task` at that moment. Closing the page counts for both. */
export function useAway(task: () => void, moment: Moment = 'blur'): void {
	useEffect(() => {
		const leave = () => {
			if (moment === 'blur' || document.visibilityState === 'hidden') task();
		};
		const hide = () => {
			if (document.visibilityState === 'hidden') task();
		};
		addEventListener('blur', leave);
		addEventListener('pagehide', leave);
		document.addEventListener('visibilitychange', hide);
		return () => {
			removeEventListener('blur', leave);
			removeEventListener('pagehide', leave);
			document.removeEventListener('visibilitychange', hide);
		};
	}, [task, moment]);
}

/** A secret that is being typed, and its setter. It is emptied at that moment. */
export function useSecret(moment: Moment): [secret: string, setSecret: (value: string) => void] {
	const [secret, setSecret] = useState('');
	useAway(() => setSecret(''), moment);
	return [secret, setSecret];
}
