import { expect, test } from 'vitest';
import { answersIn, hasRefusals, withAnswer, withoutRefusals } from '../../src/networks/page-answers.ts';

const [site, other] = ['https://chat.test', 'https://web.test:8443'];

test('an answer is kept for its site alone; a later one about the same host takes its place', () => {
	let record: { pageHosts: string[] } = withAnswer({}, site, ['a.test', 'b.test:5281'], true);
	record = withAnswer(record, other, ['a.test'], false);
	expect(answersIn(record, site)).toEqual({ 'a.test': true, 'b.test:5281': true });
	expect(answersIn(record, other)).toEqual({ 'a.test': false });
	expect(answersIn(record, 'https://web.test')).toEqual({});
	record = withAnswer(record, site, ['a.test'], false);
	expect(answersIn(record, site)).toEqual({ 'a.test': false, 'b.test:5281': true });
	expect(hasRefusals(record)).toBe(true);
	const asked = withoutRefusals(record);
	expect(hasRefusals(asked)).toBe(false);
	expect([answersIn(asked, site), answersIn(asked, other)]).toEqual([{ 'b.test:5281': true }, {}]);
});

test('answers stay within what devices share: eight lines of 300 characters; the oldest go first', () => {
	const hosts = Array.from({ length: 9 }, (_, at) => `${'h'.repeat(100)}${at}.test`);
	let record: { pageHosts: string[] } = { pageHosts: [] };
	for (let at = 0; at < 6; at++) record = withAnswer(record, `https://site${at}.test`, hosts.slice(0, 4), true);
	expect(record.pageHosts.length).toBe(8);
	expect(record.pageHosts.every((line) => line.length <= 300)).toBe(true);
	expect(answersIn(record, 'https://site0.test')).toEqual({});
	expect(Object.keys(answersIn(record, 'https://site5.test'))).toEqual(hosts.slice(0, 4));
});

test('what is of another form in a record says nothing', () => {
	for (const pageHosts of [undefined, 7, ['https://chat.test'], [3], ['https://chat.test + ']]) {
		const answers = answersIn({ pageHosts }, site);
		expect(Object.values(answers).every((use) => typeof use === 'boolean')).toBe(true);
	}
	expect(answersIn({}, site)).toEqual({});
});
