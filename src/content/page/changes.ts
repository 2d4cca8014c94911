/**
 * Watches the document for its next change, and for no other before it is watched anew: whoever then looks at the whole page has no use for those
 * between. The browser writes none of them down, and what Bauta itself changes as it looks does not have it look a second time.
 * @param onChange called once, as a microtask
 * @returns watches it (anew), with changes of these attributes if there are any
 */
export function changeWatch(onChange: () => void): (attributeFilter?: string[]) => void {
	const observer = new MutationObserver(() => {
		observer.disconnect();
		onChange();
	});
	return (attributeFilter) => {
		observer.disconnect();
		observer.observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: attributeFilter as string[] });
	};
}
