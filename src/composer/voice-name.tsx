import type { OwnVoice } from '../messages/composer.ts';

/** What everybody sees of a voice: its two words, and the picture of its key. */
export const VoiceName = ({ voice: { name, pattern } }: { voice: Pick<OwnVoice, 'name' | 'pattern'> }) => (
	<span class="voice" translate={false}>
		<svg class="pattern" viewBox="0 0 5 5" aria-hidden="true" focusable="false">
			<path d={pattern} />
		</svg>
		<bdi>{name}</bdi>
	</span>
);
