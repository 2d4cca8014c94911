import { expect, it } from 'vitest';
import { firstLinkState, type LinkEvent, nextLinkState } from '../../../src/popup/devices/link-steps.ts';

const offer = { text: 'bauta-link', words: ['one', 'two', 'three', 'four', 'five', 'six'], until: 1_790_000_000_000 };
const answer = { state: 'whole', words: offer.words, name: 'Phone', devices: ['Phone'] } as const;
const whole: LinkEvent = { type: 'answer-read', answer: { ...answer, words: [...answer.words], devices: [...answer.devices] } };
const stateAfter = (...events: LinkEvent[]) => events.reduce(nextLinkState, firstLinkState);

it('suggests a name, and leaves what somebody has begun to type', () => {
	expect(stateAfter({ type: 'name-suggested', deviceName: 'Firefox on Linux' }).deviceName).toBe('Firefox on Linux');
	expect(stateAfter({ type: 'name-typed', deviceName: 'Desk' }, { type: 'name-suggested', deviceName: 'Firefox' }).deviceName).toBe('Desk');
});

it('shows the code of an offer until that has expired', () => {
	expect(stateAfter({ type: 'offer-made', offer })).toMatchObject({ step: 'show', offer });
	expect(stateAfter({ type: 'offer-made', offer }, { type: 'offer-expired' })).toMatchObject({ step: 'name', offer: null });
});

it('counts the parts of an answer, and compares words only once it is whole', () => {
	const parts = { state: 'parts', have: 1, of: 3 } as const;
	const reading = stateAfter({ type: 'offer-made', offer }, { type: 'step', step: 'answer' }, { type: 'answer-read', answer: parts });
	expect(reading).toMatchObject({ step: 'answer', parts, answer: null });
	expect(nextLinkState(reading, whole)).toMatchObject({ step: 'compare', parts: null, answer });
});

it('keeps the answer on the way to the passphrase and back', () => {
	expect(stateAfter(whole, { type: 'step', step: 'passphrase' }, { type: 'step', step: 'compare' })).toMatchObject({
		step: 'compare',
		answer,
	});
});
