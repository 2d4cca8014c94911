import { notJudged, type OpenRow } from '../../scripts/leaks/row.ts';

export const row: OpenRow = { id: 'S4', by: 'nothing', reason: `${notJudged}; test/popup/first-run.test.ts watches the clipboard` };
