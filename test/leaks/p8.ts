import type { OpenRow } from '../../scripts/leaks/row.ts';

export const row: OpenRow = { id: 'P8', by: 'nothing', reason: 'a page that looks for it can tell that Bauta is there (THREATS.md P8)' };
