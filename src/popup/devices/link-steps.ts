import type { DeviceRequests, LinkOffer } from '../../messages/devices.ts';

/** The steps of the new device, in their order. */
export type LinkStep = 'name' | 'show' | 'answer' | 'compare' | 'passphrase';
/** What the other device answered: the words to compare, and the devices that this one will be linked to. */
export type LinkAnswer = Extract<DeviceRequests['link.answer']['out'], { state: 'whole' }>;
/** How many parts of an answer are here, of how many. */
export type AnswerParts = Extract<DeviceRequests['link.answer']['out'], { state: 'parts' }>;

/** Where the new device is on its way to being linked. */
export interface LinkState {
	step: LinkStep;
	deviceName: string;
	offer: LinkOffer | null;
	parts: AnswerParts | null;
	answer: LinkAnswer | null;
}

/** What moves it on. */
export type LinkEvent =
	| { type: 'name-suggested'; deviceName: string }
	| { type: 'name-typed'; deviceName: string }
	| { type: 'offer-made'; offer: LinkOffer }
	| { type: 'offer-expired' }
	| { type: 'answer-read'; answer: LinkAnswer | AnswerParts }
	| { type: 'step'; step: LinkStep };

/** The beginning: a name is asked. */
export const firstLinkState: LinkState = { step: 'name', deviceName: '', offer: null, parts: null, answer: null };

/**
 * | event          | then                                                                    |
 * | -------------- | ----------------------------------------------------------------------- |
 * | name-suggested | it stands in the field, unless somebody has begun to type               |
 * | offer-made     | its code is shown                                                       |
 * | offer-expired  | a new one can be made                                                   |
 * | answer-read    | whole: its words are compared; in parts: how many there are is said     |
 */
export function nextLinkState(state: LinkState, event: LinkEvent): LinkState {
	switch (event.type) {
		case 'name-suggested':
			return { ...state, deviceName: state.deviceName || event.deviceName };
		case 'name-typed':
			return { ...state, deviceName: event.deviceName };
		case 'offer-made':
			return { ...state, step: 'show', offer: event.offer };
		case 'offer-expired':
			return { ...state, step: 'name', offer: null };
		case 'answer-read':
			if (event.answer.state === 'parts') return { ...state, parts: event.answer };
			return { ...state, step: 'compare', parts: null, answer: event.answer };
		case 'step':
			return { ...state, step: event.step };
	}
}
