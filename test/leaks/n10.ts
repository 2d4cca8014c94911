import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { guests, stepsNamed, unlessSeen } from '../../scripts/leaks/wire.ts';

/** No server is asked because somebody turns the switch, writes, locks or unlocks. */
export const row: RecordedRow = {
	id: 'N10',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/pages/switches.ts',
			before: '\t\tconst fault = await roomFault(tabId, room);',
			after: '\t\tvoid renewAccess(tabId, room).catch(() => undefined);\n\t\tconst fault = await roomFault(tabId, room);',
		},
		{
			file: 'src/background/pages/switches.ts',
			before: 'import { roomFault } from',
			after: 'import { renewAccess, roomFault } from',
		},
	],
	also: () => [{ file: 'PRIVACY.md', words: 'It can also tell that the guest uses Bauta' }],
	check(recording) {
		const [restart] = stepsNamed(recording, 'restart');
		const opened = guests(recording).map(({ id, opened: at }) => ({ id, at }));
		const quiet = ['switch on', 'write', 'others', 'press reply', 'the page sends', 'lock', 'unlock'].flatMap((name) =>
			// after the restart the room is looked at again, as its page was loaded
			stepsNamed(recording, name).filter(({ began }) => began < (restart?.began ?? Number.POSITIVE_INFINITY)),
		);
		return [
			...unlessSeen(
				stepsNamed(recording, 'look').some(({ began, ended }) => opened.some(({ at }) => at >= began - 5000 && at <= ended)),
				'the room was not looked at',
			),
			...quiet.flatMap(({ name, began, ended }) =>
				opened.filter(({ at }) => at >= began && at <= ended).map(({ id }) => `connection #${id} is opened in the step "${name}"`),
			),
		];
	},
};
