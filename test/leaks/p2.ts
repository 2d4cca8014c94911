import type { RecordedRow } from '../../scripts/leaks/row.ts';

/** Nothing that was written and not sent stands in the page's storage. */
export const row: RecordedRow = {
	id: 'P2',
	by: 'recording',
	mutations: [
		{
			file: 'src/composer/store.ts',
			before: 'export function write(text: string): void {\n',
			after: "export function write(text: string): void {\n\tparent.postMessage(text, '*');\n",
		},
		{
			file: 'src/content/content.ts',
			before: '/** the web chat that this page is, once that is known */',
			after:
				"addEventListener('message', ({ data }) => {\n\tif (typeof data === 'string' && data.includes(' ')) localStorage.setItem(data, data);\n});\n/** the web chat that this page is, once that is known */",
		},
	],
	check: ({ spied }) => spied.stored.map((value) => `the page stores ${value.slice(0, 200)}`),
};
