import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { faultOf } from '../../messages/errors.ts';
import type { Fault } from '../../messages/rooms.ts';
import { refresh } from './store.ts';

/** Something that a person can set going. */
export interface Action {
	/** it is under way */
	busy: boolean;
	/** what went wrong the last time */
	fault: Fault | null;
	/** Does `task`, then reads the state anew. Resolves to whether it went well; false too where an earlier run is still under way. */
	run(task: () => Promise<unknown>): Promise<boolean>;
	/** puts the fault away */
	forget(): void;
}

/** An action of the component that calls this. */
export function useAction(): Action {
	const now = useMemo(() => signal<{ busy: boolean; fault: Fault | null }>({ busy: false, fault: null }), []);
	return {
		busy: now.value.busy,
		fault: now.value.fault,
		forget: () => {
			now.value = { busy: false, fault: null };
		},
		run: async (task) => {
			if (now.peek().busy) return false;
			now.value = { busy: true, fault: null };
			try {
				await task();
				await refresh();
				now.value = { busy: false, fault: null };
				return true;
			} catch (thrown) {
				await refresh();
				now.value = { busy: false, fault: faultOf(thrown) };
				return false;
			}
		},
	};
}
