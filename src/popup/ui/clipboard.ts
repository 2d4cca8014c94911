import { SteadyClock } from '../../platform/steady-clock.ts';

/** How long a copied phrase stays on the clipboard, in milliseconds. */
const clipboardLife = 60_000;

/**
 * Copies a secret and empties the clipboard a minute later, then calls `onEmptied`. A browser lets a page write only while it has focus:
 * if the minute ends elsewhere, the clipboard is emptied the moment this page is looked at again. Throws where copying is refused.
 */
export async function lendToClipboard(secret: string, onEmptied: () => void): Promise<void> {
	await navigator.clipboard.writeText(secret);
	let isEmpty = false;
	const empty = async () => {
		if (isEmpty) return;
		try {
			await navigator.clipboard.writeText('');
		} catch {
			return;
		}
		isEmpty = true;
		clearTimeout(timer);
		removeEventListener('focus', emptyIfOverdue);
		onEmptied();
	};
	// the timer stands still while the computer sleeps; this clock does not
	const clock = new SteadyClock();
	const until = clock.now() + clipboardLife;
	const emptyIfOverdue = () => {
		if (clock.now() >= until) empty();
	};
	const timer = setTimeout(empty, clipboardLife);
	addEventListener('focus', emptyIfOverdue);
}
