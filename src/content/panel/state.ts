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
}

/** What the switch of a room shows. `direct`: a chat between two, where there is no room to be a voice of. */
export function panelState({ state, isDead, isClosed, isTurning }: InForce, direct: boolean, warning: string): PanelState {
	const inPhase = (phase: PanelState['phase'], reason = ''): PanelState => ({ phase, reason, warning, hidden: state?.hidden === true });
	if (isDead) return { ...inPhase('dead', word('content_dead')), warning: word('content_dead') };
	if (direct) return inPhase('closed', word('error_room_private'));
	if (!state) return inPhase('looking', word('content_looking'));
	// a switch that is on stays on until the user turns it off, also where the room was closed since
	if (state.on || (isClosed && isTurning)) return inPhase('on');
	if (state.vault === 'none') return inPhase('closed', word('content_no_vault'));
	if (state.vault === 'locked') return inPhase('closed', word('content_locked'));
	if (state.access.state === 'closed') return inPhase('closed', faultText(state.access.fault));
	return state.access.state === 'looking' ? inPhase('looking', word('content_looking')) : inPhase('off');
}
