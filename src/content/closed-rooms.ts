import type { Frontend } from '../frontends/frontend.ts';
import type { RoomRef } from '../messages/rooms.ts';
import { setRules } from './page-style.ts';
import type { TapLink } from './tap-link.ts';

/**
 * The rooms that are closed to the account. A room is closed before the switch is said to be on, and opened after it is said
 * to be off; what is closed stays so when everything else of Bauta is gone.
 */
export interface Closing {
	has(address: string): boolean;
	any(): boolean;
	/** resolves when rule, guards and gate hold */
	close(frontend: Frontend, room: RoomRef): Promise<void>;
	open(room: RoomRef): void;
	/** tells the gate for the first time, so that nothing waits any longer */
	settle(): void;
}

export function makeClosing(link: TapLink): Closing {
	const closed = new Map<string, RoomRef>();
	const tell = () => link.close([...closed.values()]);
	return {
		has: (address) => closed.has(address),
		any: () => closed.size > 0,
		async close(frontend, room) {
			if (closed.has(room.address)) return;
			closed.set(room.address, room);
			setRules(`close ${room.address}`, frontend.closingRule(room.address));
			await tell();
		},
		open(room) {
			if (!closed.delete(room.address)) return;
			setRules(`close ${room.address}`, '');
			void tell();
		},
		settle: () => void tell(),
	};
}
