import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesAtStart, unshippedExports } from '../../scripts/shipped-code.ts';

// The vectors check src/protocol; this holds the extension to it: what is exported there runs in the product, or says here why not.

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = new Map(
	readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
		.map((name) => name.replaceAll('\\', '/'))
		.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
		.map((name) => [name, read(`src/${name}`)]),
);
/** what the build starts from: the scripts that its configuration names, and those of the pages */
const scripts = [...read('vite.config.ts').matchAll(/'src\/([\w/-]+\.tsx?)'/g)].map(([, path]) => path as string);
const pages = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.html'));
const pageScripts = pages.flatMap((page) =>
	[...read(`src/${page}`).matchAll(/src="([^"]+)"/g)].map(([, path]) => posix.normalize(path as string)),
);
const entries = [...scripts, ...pageScripts];

const withoutUse: { reason: string; exports: Record<string, string[]> }[] = [
	{
		reason: '§8: a statement without what proves it, which the vectors check',
		exports: { 'proofs/reveal.ts': ['decodeStatement'] },
	},
	{
		reason: '§1, rooms of the networks that come next',
		exports: { 'room.ts': ['IrcRoom', 'ircRoomId', 'matrixRoomId', 'statusRoomId'] },
	},
	{
		reason: '§9, the forms of Status: for who reads or writes what clients of 2020 understand; they ship with that network',
		exports: {
			'protobuf.ts': ['Field', 'bytesOf', 'decodeFields', 'encodeField', 'numberOf', 'textOf'],
			'status/ecies.ts': ['eciesDecrypt', 'eciesEncrypt'],
			'status/solutions.ts': [
				'StatusAccount',
				'StatusVerdict',
				'isLiteralKeyless',
				'keylessStatusMessage',
				'recogniseStatus',
				'solution1Index',
				'solution1Key',
				'solution2Signature',
			],
			'status/status-key.ts': ['publicChat', 'threeWordIndices', 'threeWordName'],
			'status/status.ts': [
				'ChatMessage',
				'StatusWrapper',
				'decodeChatMessage',
				'decodeWrapper',
				'encodeChatMessage',
				'encodeWrapper',
				'payloadDigest',
				'signStatusMessage',
				'statusAuthor',
				'statusMessageId',
			],
		},
	},
	{
		reason: '§9, the sender marks of XMTP: of which the notifier, a program of its own, reads those of the third version',
		exports: {
			'xmtp.ts': [
				'PeriodKey',
				'XmtpContent',
				'XmtpMessage',
				'decodeV2Message',
				'decodeV3Message',
				'encodeHmacKeys',
				'encodeV2Header',
				'encodeV2Message',
				'encodeV3Message',
				'senderHmac',
				'shouldPush',
				'threePeriods',
				'v2Key',
				'v2KeyOfInfo',
				'v3Key',
				'xmtpPeriod',
			],
		},
	},
	{
		reason: '§8 in one call, which the vectors check; the extension takes its steps one by one, the costly ones for what is on screen',
		exports: { 'recognise.ts': ['recognise'] },
	},
];
const allowed = withoutUse.flatMap(({ exports }) =>
	Object.entries(exports).flatMap(([file, names]) => names.map((name) => `protocol/${file} ${name}`)),
);

describe('the protocol that ships', () => {
	it('is followed from every script and page of the build', () => {
		expect(entries).toEqual(
			expect.arrayContaining([
				'background/background.ts',
				'background/load.ts',
				'content/content.ts',
				'content/detect.ts',
				'tap/tap.ts',
				'networks/nostr/proof-of-work-worker.ts',
				'composer/composer.tsx',
				'popup/popup.tsx',
			]),
		);
		expect(pageScripts).toHaveLength(pages.length);
	});

	it('is all of it, but for what has its reason here', () => {
		expect(unshippedExports(sources, entries, 'protocol/')).toEqual(allowed.sort());
	});

	it('reads keys in a part that is loaded when one is imported, not as the background starts', () => {
		const first = filesAtStart(sources, 'background/background.ts');
		expect(first).toContain('protocol/node.ts');
		expect(first.filter((path) => /^protocol\/(account|status)\/|^vault\/import\//.test(path))).toEqual([]);
	});
});

describe('what follows the bundle', () => {
	const unshipped = (files: Record<string, string>) => unshippedExports(new Map(Object.entries(files)), ['start.ts'], 'p/');

	it('follows names through files, and names no others', () => {
		expect(
			unshipped({
				'start.ts': "import { a } from './between.ts'; a();",
				'between.ts': "import { used, unused } from './p/x.ts'; export const a = () => used(); export const b = () => unused();",
				'p/x.ts':
					'const inner = 1; export function used() { return helper(inner); } export const helper = 2; export const unused = 3; export type T = 4;',
			}),
		).toEqual(['p/x.ts T', 'p/x.ts unused']);
	});

	it('follows types, exports under way, what is loaded later, and what a module does when it is loaded', () => {
		expect(
			unshipped({
				'start.ts': `import type { T } from './p/types.ts'; import { passed } from './passing.ts';
					const t: T = passed; console.log(t, (await import('./p/member.ts')).one);
					const load = () => import('./p/then.ts').then((part) => part.one); load();
					async function f() { const { one, two } = await import('./p/taken.ts'); return one + two; } f();
					void import('./p/whole.ts');`,
				'passing.ts': "export { first as passed } from './p/passed.ts';",
				'p/types.ts': 'export type T = U; export type U = 1; export type V = 2;',
				'p/passed.ts': "export const first = 1; export const second = 2; import './effect.ts';",
				'p/effect.ts': "import { done } from './done.ts'; done();",
				'p/done.ts': 'export const done = () => {}; export const undone = 1;',
				'p/member.ts': 'export const one = 1; export const two = 2;',
				'p/then.ts': 'export const one = 1; export const two = 2;',
				'p/taken.ts': 'export const one = 1; export const two = 2; export const three = 3;',
				'p/whole.ts': 'export const one = 1;',
				'p/never.ts': 'export const one = 1;',
			}),
		).toEqual([
			'p/done.ts undone',
			'p/member.ts two',
			'p/never.ts one',
			'p/passed.ts second',
			'p/taken.ts three',
			'p/then.ts two',
			'p/types.ts V',
		]);
	});

	it('takes no member of an object, and no key of one, for the export of that name', () => {
		expect(
			unshipped({
				'start.ts': "import { a } from './p/x.ts'; console.log(a.b, { c: a }, { d });",
				'p/x.ts': 'export const a = { b: 1 }; export const b = 1; export const c = 1;',
			}),
		).toEqual(['p/x.ts b', 'p/x.ts c']);
	});

	it('says which entry is not there', () => {
		expect(() => unshipped({ 'other.ts': '' })).toThrow('no entry start.ts');
	});

	it('tells what starts with a file from what it loads later', () => {
		const files = {
			'a.ts': "import './b.ts'; import type { T } from './t.ts'; void import('./c.ts');",
			'b.ts': "export * as d from './d.ts';",
		};
		expect(() => filesAtStart(new Map(Object.entries(files)), 'a.ts')).toThrow('b.ts: name what is exported');
		expect(filesAtStart(new Map(Object.entries({ ...files, 'b.ts': "export { d } from './d.ts';" })), 'a.ts')).toEqual([
			'a.ts',
			'b.ts',
			'd.ts',
		]);
	});
});
