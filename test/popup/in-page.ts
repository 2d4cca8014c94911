// What tests of the popup run in its page, in either browser: each stands by itself and sees nothing of this file.

/** By what a person knows the element that has the focus. */
export function focusNameHere(): string {
	const element = document.activeElement as HTMLInputElement | null;
	return (element?.labels?.[0]?.textContent ?? element?.ariaLabel ?? element?.textContent ?? '').trim();
}

/** Elements that stick out of the page sideways, and buttons too small to hit. */
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

/** Keeps what the camera gives from now on, to be looked at by `cameraTracksHere`; the camera stays the browser's own. */
export function keepCameraTracksHere(): void {
	const { mediaDevices } = navigator;
	const given: MediaStreamTrack[] = [];
	const real = mediaDevices.getUserMedia.bind(mediaDevices);
	mediaDevices.getUserMedia = async (wanted) => {
		const stream = await real(wanted);
		given.push(...stream.getTracks());
		return stream;
	};
	Object.assign(globalThis, { given });
}

/** Kind and state of each track that the camera gave. */
export const cameraTracksHere = (): [kind: string, state: string][] =>
	(globalThis as unknown as { given: MediaStreamTrack[] }).given.map(({ kind, readyState }) => [kind, readyState]);
