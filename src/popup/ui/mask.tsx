/** The mask, drawn as in public/icons/mask.svg, in the colours of the page. */
export function Mask(props: { size: number }) {
	return (
		<svg class="mask" viewBox="0 0 128 128" width={props.size} height={props.size} aria-hidden="true" focusable="false">
			<path class="mask-hat" d="M3 15c20 8 38-10 61-10s41 18 61 10c-3 23-14 36-27 40-22-6-46-6-68 0C17 51 6 38 3 15z" />
			<path class="mask-face" d="M29 51c22-5 48-5 70 0 2 15-2 25-11 32l15 29c-11 7-24 11-39 11s-28-4-39-11l15-29c-9-7-13-17-11-32z" />
			<path class="mask-nose" d="M64 57c3 12 6 22 10 31 1 5-4 8-10 8z" />
			<path class="mask-eyes" d="M35 66c7-8 18-6 22 3-6 7-17 6-22-3zM93 66c-7-8-18-6-22 3 6 7 17 6 22-3z" />
		</svg>
	);
}
