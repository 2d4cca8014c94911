import type { TestedRow } from '../../scripts/leaks/row.ts';

/** A message made to be treated otherwise by its author's client is foreign, at the same cost. P9 watches the page. */
export const row: TestedRow = {
	id: 'R2',
	by: 'test',
	mutations: [
		{
			file: 'src/protocol/even-recognition.ts',
			before: "if (path.kind === 'one-time') wipeNode(hardenedChild(decoy.node, path.n));",
			after: '',
		},
	],
	files: ['test/protocol/even-recognition.test.ts', 'test/protocol/properties.test.ts', 'test/background/recognition/copy-marks.test.ts'],
};
