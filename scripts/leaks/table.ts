import type { Verdict, Where } from './row.ts';

/** The verdicts as a table of rows and places, and below it what is not as it should be. */
export function drawTable(verdicts: Verdict[], places: Where[]): string {
	const ids = [...new Set(verdicts.map(({ id }) => id))];
	const titles = places.map(({ browser, network }) => `${browser} ${network}`);
	const cell = (id: string, { browser, network }: Where): string => {
		const verdict = verdicts.find((one) => one.id === id && one.browser === browser && one.network === network);
		if (!verdict) return '–';
		if (verdict.faults.length > 0) return 'FAULT';
		return verdict.proved ? `${verdict.status}, proved` : verdict.status;
	};
	const width = Math.max(16, ...titles.map(({ length }) => length));
	const line = (first: string, cells: string[], last = '') =>
		`${[first.padEnd(5), ...cells.map((text) => text.padEnd(width))].join('  ')}  ${last}`.trimEnd();
	const noteOf = (id: string) =>
		[...new Set(verdicts.filter((one) => one.id === id && one.faults.length === 0).map(({ note }) => note))].join('; ');
	const faults = verdicts.flatMap(({ id, browser, network, faults: all }) =>
		all.map((fault) => `FAULT ${id} ${browser} ${network}: ${fault}`),
	);
	return [
		line('row', titles),
		...ids.map((id) =>
			line(
				id,
				places.map((place) => cell(id, place)),
				noteOf(id),
			),
		),
		'',
		...faults,
	]
		.join('\n')
		.trimEnd();
}

/** Verdicts as `--json` prints them. */
export const asJson = (verdicts: Verdict[]): string =>
	JSON.stringify(verdicts.map(({ id, browser, network, status, proved, note }) => ({ id, browser, network, status, proved, note })));
