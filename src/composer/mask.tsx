/** The mask, drawn here: no file to load. Decoration only. */
export const Mask = () => (
	<svg class="mask" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
		<path
			fill-rule="evenodd"
			d="M7 13C11 9 16 10.5 20 13C24 10.5 29 9 33 13C34.5 18 33.5 22.5 30 25.5C27 28 23.5 27 20 31.5C16.5 27 13 28 10 25.5C6.5 22.5 5.5 18 7 13ZM11.5 17.5C13.5 15.4 16.3 15.8 17.6 18.4C15.6 20.6 12.6 20.3 11.5 17.5ZM28.5 17.5C26.5 15.4 23.7 15.8 22.4 18.4C24.4 20.6 27.4 20.3 28.5 17.5Z"
		/>
	</svg>
);
