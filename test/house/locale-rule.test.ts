import { expect, it } from 'vitest';
import { localeFaults, mentionsOf } from '../../scripts/locale-rule.ts';

const none = { keys: new Set<string>(), beginnings: new Set<string>() };
const judge = (en: object, ar: object, mentions = none, needed: string[] = []) =>
	localeFaults(
		new Map([
			['en', en],
			['ar', ar],
		]) as Parameters<typeof localeFaults>[0],
		mentions,
		needed,
	);

it('collects whole keys and beginnings from sources', () => {
	const found = mentionsOf('x.tsx', `const a = text('popup_title'); const b = text(\`error_\${code}\`); const c = 'other'; // 'popup_no'`);
	expect([...found.keys]).toEqual(['popup_title']);
	expect([...found.beginnings]).toEqual(['error_']);
});

it('passes what is whole', () => {
	const mentions = { keys: new Set(['popup_a']), beginnings: new Set(['error_']) };
	const locale = { popup_a: { message: 'Hello $NAME$', placeholders: { name: { content: '$1' } } }, error_x: { message: 'No' } };
	expect(judge(locale, locale, mentions, ['error_x'])).toEqual([]);
});

it('names what is missing, empty, different or left over', () => {
	const mentions = { keys: new Set(['popup_a', 'popup_b', 'popup_c', 'popup_d']), beginnings: new Set<string>() };
	const en = {
		popup_a: { message: 'A' },
		popup_b: { message: ' ' },
		popup_c: { message: '$N$', placeholders: { n: { content: '$1' } } },
		popup_old: { message: 'old' },
	};
	const ar = { popup_b: { message: 'ب' }, popup_c: { message: '$OTHER$' }, popup_old: { message: 'قديم' } };
	expect(judge(en, ar, mentions)).toEqual([
		'en: popup_b is empty',
		'en: popup_d is missing',
		'ar: popup_a is missing',
		'ar: popup_c uses $other$, which is no placeholder of it',
		'ar: popup_d is missing',
		'ar: popup_c fills in other places than en',
		'popup_old is used nowhere',
	]);
});
