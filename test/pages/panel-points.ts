// Where things of Bauta's stand in a page, found in their closed roots.

/** The middle of the button with the three dots, where one is on show. */
export function moreButton(root: ShadowRoot): [number, number] | null {
	const box = root.querySelector('.more')?.getBoundingClientRect();
	return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}

/** The middle of the menu's first entry, where the menu is open. */
export function firstItem(root: ShadowRoot): [number, number] | null {
	const box = root.querySelector('.menu button')?.getBoundingClientRect();
	return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}

/** The middle of the place that is kept for the composer, where a root has one on show. */
export function areaMiddle(root: ShadowRoot): [number, number] | null {
	const box = root.querySelector('.area')?.getBoundingClientRect();
	return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}
