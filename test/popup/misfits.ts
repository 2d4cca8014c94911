/** Elements that stick out of the page sideways, and buttons too small to hit. Runs in the page. */
export function misfitsHere(): string[] {
	const wrong: string[] = [];
	const width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > width) wrong.push(`page ${document.documentElement.scrollWidth} > ${width}`);
	for (const element of document.querySelectorAll<HTMLElement>('body *')) {
		if (!element.checkVisibility() || element.closest('.unseen, .file input, svg')) continue;
		const { left, right, height, width: own } = element.getBoundingClientRect();
		if (own > 0 && (left < -0.5 || right > width + 0.5) && !element.closest('.tabs')) wrong.push(`${element.tagName}.${element.className}`);
		if (element.matches('button, summary, [role=switch]') && (height < 24 || own < 24)) wrong.push(`small ${element.textContent}`);
	}
	return wrong;
}
