import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

const written = /^(key\w+|beforeinput|input|composition\w+|copy|cut|paste) /;

/** A page that listens to everything hears no key, no letter and no paste of the private composer. */
export const row: RecordedRow = {
	id: 'P3',
	by: 'recording',
	mutations: [
		{
			file: 'src/composer/store.ts',
			before: 'export function write(text: string): void {\n',
			after: "export function write(text: string): void {\n\tparent.postMessage(text, '*');\n",
		},
	],
	check: ({ spied, posts }) => [
		...unlessSeen(spied.events.length > 0, 'the page heard nothing at all'),
		...spied.events.filter((line) => written.test(line) || /^message .*-extension:/.test(line)).map((line) => `the page hears ${line}`),
		...posts.flatMap(({ text }) => spied.events.filter((line) => line.includes(text)).map((line) => `the page hears ${line}`)),
	],
};
