/**
 * Which messages are of one voice: they are marked while the pointer is over the name of it, or the keyboard in a message of it. Nothing of a
 * label is there for the pointer, and nothing in it takes the keyboard: in Firefox either would hand the page the closed root in which it
 * stands, and in every browser the page would hear which message somebody looks at, in the name of an element of Bauta's.
 */
import { labelAround, labelsOfVoice } from './labels.ts';
import { listen } from './page/window-listeners.ts';

type Label = NonNullable<ReturnType<typeof labelAround>>;

/** what is marked now, the one that is pointed at first */
let marks: Label[] = [];

function mark(label: Label | undefined): void {
	if (marks[0] === label) return;
	for (const one of marks) one.mark('');
	const others = label ? labelsOfVoice(label).filter((one) => one !== label) : [];
	marks = label?.look ? [label, ...others] : [];
	for (const one of marks) one.mark(one === label ? 'told' : 'lit');
}

/** Marks voices from now on. */
export function markVoices(): void {
	listen<MouseEvent>(
		'mousemove',
		({ target, clientX, clientY }) => {
			const label = labelAround(target as Node);
			mark(label?.isUnder(clientX, clientY) ? label : undefined);
		},
		{ capture: true, passive: true },
	);
	// out of the window, or away below the pointer
	for (const type of ['mouseout', 'wheel'])
		listen<MouseEvent>(type, ({ relatedTarget }) => relatedTarget || mark(undefined), { capture: true, passive: true });
	listen<FocusEvent>(
		'focusin',
		({ target }) => mark((target as Element).matches?.(':focus-visible') ? labelAround(target as Node) : undefined),
		{ capture: true },
	);
}
