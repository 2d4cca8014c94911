import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frontends } from '../../src/frontends/all.ts';
import type { Frontend } from '../../src/frontends/frontend.ts';
import { contrast, luminance } from '../../src/platform/contrast.ts';
import { exactIds } from '../../src/tap/exact-ids.ts';

const root = join(import.meta.dirname, '../..');
/** What a web chat must say of itself; the rest of the interface it leaves out where it does not have it. */
const members = [
	'id',
	'name',
	'network',
	'detect',
	'openRooms',
	'closingRule',
	'pageComposer',
	'messageAround',
	'messages',
	'shownText',
	'labelPosition',
	'coverRule',
	'hidingRule',
	'theme',
] as const satisfies (keyof Frontend)[];

/** These show one room at a time, so their rule need not name it. */
const showingOneRoom = ['xmpp-web', 'nostr-comments', 'nostrchat', 'flotilla', 'chachi', 'nostrudel'];

it('every file that describes a web chat is in the list', () => {
	const files = readdirSync(join(root, 'src/frontends')).filter((file) =>
		/^export const \w+: Frontend = /m.test(readFileSync(join(root, 'src/frontends', file), 'utf8')),
	);
	expect(files.sort()).toEqual(frontends.map(({ id }) => `${id}.ts`).sort());
});

describe.each(frontends.map((frontend) => [frontend.id, frontend] as const))('%s', (id, frontend) => {
	it('has a file of its own by this name', () => expect(existsSync(join(root, 'src/frontends', `${id}.ts`))).toBe(true));
	it('has a page that tests drive: the software itself, or one that is built as it is', () => {
		const pages = [`test/servers/${id}.ts`, `test/pages/${frontend.network}-${id}.js`];
		expect(
			pages.filter((page) => existsSync(join(root, page))),
			`none of ${pages.join(', ')}`,
		).not.toEqual([]);
	});
	it('is named where people are told what Bauta knows', () => {
		const locales = readdirSync(join(root, 'public/_locales')).map((locale) => `public/_locales/${locale}/messages.json`);
		const words = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')).popup_site_none_do.message as string;
		expect(locales.filter((path) => !words(path).includes(frontend.name))).toEqual([]);
		expect(readFileSync(join(root, 'README.md'), 'utf8')).toMatch(new RegExp(`^\\| .*${frontend.name}`, 'm'));
	});
	it('has the ids that replies name, and is named as one that replies work in, where it has buttons for them', () => {
		const takesReplies = frontend.replyButtons !== undefined;
		expect(id in exactIds).toBe(takesReplies);
		const [sentence = ''] =
			/An anonymous message can answer another one in [^|]*?\. /.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
		expect(sentence.includes(frontend.name)).toBe(takesReplies);
	});
	it('reads every address that a page may write', () => {
		for (const part of ['%', '%zz', '%ff%fe', '']) {
			const location = { pathname: `/spaces/${part}/a`, hash: `#/rooms/${part}@b`, href: `https://chat.test/channels/${part}` };
			for (const pathname of [location.pathname, `/channels/${part}`, `/${part}.test/a`, `/chat/${part}`]) {
				const document = { location: { ...location, pathname }, querySelector: () => null, querySelectorAll: () => [] };
				expect(frontend.openRooms(document as unknown as Document)).toEqual([]);
			}
		}
	});
	it('takes every frame that a page may send', () => {
		for (const text of ['', '\\x', '\n', '\\u12', 'https://a.test/'])
			expect(() => frontend.onFrame?.('out', `["REQ","1",{"kinds":[1111],"#I":["${text}"]}]`)).not.toThrow();
	});
	it('says all that a web chat must say', () => {
		const missing = members.filter((member) => frontend[member] === undefined || frontend[member] === '');
		expect(missing).toEqual([]);
	});
	it('leaves out what it does not have, in place of answering with nothing', () => {
		const idle = Object.entries(frontend).filter(
			([, value]) => value === '' || (Array.isArray(value) && value.length === 0) || value === ':not(*)',
		);
		expect(idle).toEqual([]);
	});
	it('keys its rules to the room, and no address gets out of its quotes', () => {
		Object.assign(globalThis, { CSS: { escape: (text: string) => text.replace(/[^\w-]/g, (character) => `\\${character}`) } });
		const rule = frontend.closingRule('"] body { display: none } [x="');
		expect(rule).not.toContain('"] body {');
		if (!showingOneRoom.includes(id)) expect(frontend.closingRule('one@muc.chat.test')).not.toBe(frontend.closingRule('two@muc.chat.test'));
		expect(rule).toMatch(/display:\s*none\s*!important/);
	});
});

it('no two web chats share an id', () => expect(new Set(frontends.map(({ id }) => id)).size).toBe(frontends.length));

it('reads colours as pages write them', () => {
	expect(luminance('rgb(0, 0, 0)')).toBe(0);
	expect(luminance('#fff')).toBeCloseTo(1);
	expect(contrast('#767676', 'rgb(255, 255, 255)')).toBeCloseTo(4.54, 1);
});
