/** What a play of voices found out, all of it read off real pages. */
export interface VoiceReport {
	network: string;
	voice: {
		/** who speaks, as somebody without Bauta sees it */
		nick: string;
		/** what the organiser said, from which device, with the label that a participant sees, and whether it is the first one's voice */
		messages: { device: string; label: string; sameVoice: boolean }[];
		/** somebody else under the same name, where names can be taken */
		imitator: { nick: string; sameVoice: boolean };
	};
	/** what a participant's page says of the account that has shown the voice to be its own */
	reveal: { claimant: string; verdict: 'proven' | null };
	/** what a participant's popup says of the answer to a question */
	challenge: { verdict: 'proven' | null };
	pictures: string[];
}

/** What of a report is not as it should be, one sentence each. */
export function voiceFaults({ voice, reveal, challenge }: VoiceReport): string[] {
	const faults: string[] = [];
	if (!voice.nick) faults.push('nobody is named as the author');
	if (new Set(voice.messages.map(({ device }) => device)).size < 2) faults.push('only one device spoke');
	for (const { device, label, sameVoice } of voice.messages) {
		if (!sameVoice) faults.push(`the message from the ${device} is shown as another voice`);
		if (label !== voice.messages[0]?.label || !label) faults.push(`the label from the ${device} is "${label}"`);
	}
	if (voice.imitator.sameVoice) faults.push('the imitator is shown as the same voice');
	if (reveal.verdict !== 'proven' || !reveal.claimant) faults.push('the reveal is not shown as proven');
	if (challenge.verdict !== 'proven') faults.push('the answer to the question is not shown as proven');
	return faults;
}
