import { notJudged, type OpenRow } from '../../scripts/leaks/row.ts';

export const row: OpenRow = { id: 'S6', by: 'nothing', reason: `${notJudged}: the scenario opens no private window` };
