/** What everybody sees of a voice: words of its key, and the picture of its key. */
export const VoicePattern = ({ name, pattern }: { name: string; pattern: string }) => (
	<p class="voice" translate={false}>
		<svg class="pattern" viewBox="0 0 5 5" aria-hidden="true" focusable="false">
			<path d={pattern} />
		</svg>
		<bdi>{name}</bdi>
	</p>
);
