/** How long a copied phrase stays on the clipboard, in milliseconds. */
export const clipboardLife = 60_000;

/**
 * Copies a secret and empties the clipboard a minute later. A browser lets a page write only while it has focus:
 * if the minute ends elsewhere, the clipboard is emptied the moment this page is looked at again.
 * `emptied` is called when it is done.
 */
export async function lendToClipboard(secret: string, emptied: () => void): Promise<void> {
	await navigator.clipboard.writeText(secret);
	let done = false;
	const empty = async () => {
		if (done) return;
		try {
			await navigator.clipboard.writeText('');
		} catch {
			return;
		}
		done = true;
		clearTimeout(timer);
		removeEventListener('focus', overdue);
		emptied();
	};
	const until = Date.now() + clipboardLife;
	const overdue = () => {
		if (Date.now() >= until) empty();
	};
	const timer = setTimeout(empty, clipboardLife);
	addEventListener('focus', overdue);
}
