import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frontends } from '../../src/frontends/all.ts';
import { contrast, luminance } from '../../src/frontends/theme.ts';

const folder = new URL('../../src/frontends/', import.meta.url);
/** What a web chat must say of itself; the rest of the interface is optional. */
const members = [
	'id',
	'name',
	'network',
	'detect',
	'watched',
	'rooms',
	'closingRule',
	'composer',
	'actions',
	'reply',
	'messageAround',
	'messages',
	'quoted',
	'labelPlace',
	'coverRule',
	'hidingRule',
	'foldingRules',
	'notice',
	'noticeRule',
	'theme',
] as const;

describe.each(frontends.map((frontend) => [frontend.id, frontend] as const))('%s', (id, frontend) => {
	it('has a file of its own by this name', () => expect(readdirSync(folder)).toContain(`${id}.ts`));
	it('says all that a web chat must say', () => {
		const missing = members.filter((member) => frontend[member] === undefined || frontend[member] === '');
		expect(missing).toEqual([]);
	});
	it('keys its rules to the room, and no address gets out of its quotes', () => {
		Object.assign(globalThis, { CSS: { escape: (text: string) => text.replace(/[^\w-]/g, (character) => `\\${character}`) } });
		const rule = frontend.closingRule('"] body { display: none } [x="');
		expect(rule).not.toContain('"] body {');
		// a web chat that shows one room at a time may say so in its rule
		if (frontend.network === 'xmpp') expect(frontend.closingRule('one@muc.chat.test')).not.toBe(frontend.closingRule('two@muc.chat.test'));
		expect(rule).toMatch(/display:\s*none\s*!important/);
	});
});

it('no two web chats share an id', () => expect(new Set(frontends.map(({ id }) => id)).size).toBe(frontends.length));

it('reads colours as pages write them', () => {
	expect(luminance('rgb(0, 0, 0)')).toBe(0);
	expect(luminance('#fff')).toBeCloseTo(1);
	expect(contrast('#767676', 'rgb(255, 255, 255)')).toBeCloseTo(4.54, 1);
});
