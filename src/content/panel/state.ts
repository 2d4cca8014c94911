import { faultText } from '../../messages/fault-text.ts';
import type { RoomState } from '../../messages/rooms.ts';
import { word } from '../page/words.ts';

/** What the switch shows: always what is in force. */
export interface PanelState {
	phase: 'looking' | 'off' | 'on' | 'closed' | 'dead';
	/** why it is grey; '' when it is not */
	reason: string;
	/** what happened, to be read out; stays until it is replaced */
	warning: string;
	/** what stands in the composer's place where no composer is; '' where one is */
	areaWords: string;
	hidden: boolean;
}

/** What is in force for the room now. */
export interface InForce {
	/** undefined before the background has answered */
	state: RoomState | undefined;
	/** Bauta does not run any more */
	isDead: boolean;
	/** the page's own composer is closed */
	isClosed: boolean;
	/** the switch is on its way */
	isTurning: boolean;
	/** the room's anonymous messages are hidden */
	hidden: boolean;
}

/** What the switch of a room shows. `direct`: a chat between two, where there is no room to be a voice of. */
export function panelState(
	{ state, isDead, isClosed, isTurning, hidden }: InForce,
	direct: boolean,
	warning: string,
	areaWords = '',
): PanelState {
	const inPhase = (phase: PanelState['phase'], reason = ''): PanelState => ({ phase, reason, warning, areaWords, hidden });
	if (isDead) return { ...inPhase('dead'), areaWords: word('content_dead') };
	if (direct) return inPhase('closed', word('error_room_private'));
	if (!state) return inPhase('looking', word('content_looking'));
	// a switch that is on stays on until the user turns it off, also where the room was closed since
	if (state.on || (isClosed && isTurning)) return inPhase('on');
	return state.fault ? inPhase('closed', faultText(state.fault)) : inPhase('off');
}
