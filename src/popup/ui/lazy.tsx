import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from './controls.tsx';

type Component<P> = (props: P) => JSX.Element | null;

/**
 * A component whose code is loaded when it is first shown, so that the popup itself opens at once. Only the extension's own file is
 * fetched. Once it is loaded, it is shown without delay wherever it is used again.
 */
export function lazy<P extends object>(load: () => Promise<Component<P>>): Component<P> {
	let Loaded: Component<P> | null = null;
	return function Lazy(props: P) {
		const [, redraw] = useState(0);
		const [hasFailed, setHasFailed] = useState(false);
		useEffect(() => {
			if (Loaded) return;
			load().then(
				(component) => {
					Loaded = component;
					redraw(1);
				},
				() => setHasFailed(true),
			);
		}, []);
		if (Loaded) return <Loaded {...props} />;
		return hasFailed ? <Problem fault={{ code: 'internal', detail: '' }} /> : <div aria-busy="true" />;
	};
}
