import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from './controls.tsx';

/** Parts that are loaded already; a page that comes up again stands at once. */
type Part<P> = (props: P) => JSX.Element | null;

/** A part of the page that is loaded when it is first shown, so that the popup itself opens at once. Nothing is fetched but the extension's own file. */
export function later<P extends object>(load: () => Promise<Part<P>>): Part<P> {
	let there: Part<P> | null = null;
	return function Later(props: P) {
		const [, redraw] = useState(0);
		const [failed, fail] = useState(false);
		useEffect(() => {
			if (there) return;
			load().then(
				(part) => {
					there = part;
					redraw(1);
				},
				() => fail(true),
			);
		}, []);
		if (there) {
			const Shown = there;
			return <Shown {...props} />;
		}
		return failed ? <Problem fault={{ code: 'internal', detail: '' }} /> : <div aria-busy="true" />;
	};
}
