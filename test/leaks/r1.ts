import type { TestedRow } from '../../scripts/leaks/row.ts';

/** How many other voices a room had, as its archive shows a guest. */
export const row: TestedRow = { id: 'R1', by: 'test', files: ['test/background/recognition/crowd.test.ts'] };
