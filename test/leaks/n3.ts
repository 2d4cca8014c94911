import { notJudged, type OpenRow } from '../../scripts/leaks/row.ts';

/** The scenario has no password of the page's that could go along. */
export const row: OpenRow = {
	id: 'N3',
	by: 'nothing',
	reason: `${notJudged}: no login of the page’s stood ready; test/networks/channel/channel.test.ts watches it`,
};
