import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** On a site where Bauta is on, a page finds no name and no address of it in its document, events, window or list of loads. */
export const row: RecordedRow = {
	id: 'P8',
	by: 'recording',
	mutations: [
		{
			file: 'src/content/page/badge.ts',
			before: "const { host, root } = closedHost(kind === 'reveal' ? noteTag : labelTag, labelSheet);\n",
			after: "const { host, root } = closedHost(kind === 'reveal' ? noteTag : labelTag, labelSheet);\n\thost.id = 'bauta';\n",
		},
	],
	also: () => [
		{
			file: 'public/_locales/en/messages.json',
			words: 'The web page can see that Bauta is there, and that the Anonymous switch is on.',
		},
		{ file: 'PRIVACY.md', words: 'That Bauta is there, on sites that you enabled: its switch and labels stand in the page' },
	],
	check: ({ spied, meta }) => [
		...unlessSeen(spied.nodes.length > 0 && spied.events.length > 0, 'the page watched nothing'),
		...[...spied.nodes, ...spied.events, ...spied.windows, ...spied.traces]
			.filter((seen) => /bauta|-extension:/i.test(seen) || seen.includes(meta.extensionId))
			.map((seen) => `the page sees ${seen.slice(0, 200)}`),
	],
};
