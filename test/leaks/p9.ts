import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** To a page that reads everything of its messages, the author's own look like everybody's, and an unlock changes nothing. */
export const row: RecordedRow = {
	id: 'P9',
	by: 'recording',
	mutations: [
		{
			file: 'src/content/page/badge.ts',
			before: '\t\tshow: badge.show,\n',
			after: "\t\tshow: (mine) => (host.classList.toggle('mine', mine), badge.show(mine)),\n",
		},
	],
	check({ voices: { mine, foreign, named, locked, unlocked, log, marks } }) {
		const [first = ''] = mine;
		return [
			...unlessSeen(
				mine.every((text) => marks.some((mark) => mark.includes(text))),
				'the author’s own messages were not marked',
			),
			...[...mine, ...foreign]
				.filter((text) => unlocked[text] !== unlocked[first] || locked[text] !== locked[first])
				.map((text) => `"${text}" looks otherwise than "${first}"`),
			...unlessSeen(
				named.every((text) => unlocked[text] !== undefined && unlocked[text] !== unlocked[first]),
				'no voice had its name in its messages',
			),
			...[...mine, ...foreign, ...named]
				.filter((text) => unlocked[text] !== locked[text])
				.map((text) => `the unlock changed the look of "${text}"`),
			...log.map((line) => `the page sees at the unlock: ${line}`),
		];
	},
};
