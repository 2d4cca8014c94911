import type { OpenRow } from '../../scripts/leaks/row.ts';

export const row: OpenRow = { id: 'D1', by: 'nothing', reason: 'a page can still choose among some endpoints (THREATS.md D1)' };
