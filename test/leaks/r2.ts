import type { TestedRow } from '../../scripts/leaks/row.ts';

/** A message made to be treated otherwise by its author's client is foreign, at the same cost. P9 watches the page. */
export const row: TestedRow = {
	id: 'R2',
	by: 'test',
	files: ['test/protocol/even-recognition.test.ts', 'test/protocol/properties.test.ts', 'test/background/recognition/copy-marks.test.ts'],
};
