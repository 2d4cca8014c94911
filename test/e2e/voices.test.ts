/** Messages of one voice are shown as such, the same for one's own and for others', and a page learns nothing of who looks at them (THREATS.md P9). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { labelSpyHead, type SpyReport } from '../pages/label-spy.ts';
import { huntRoots } from '../pages/root-hunt.ts';
import { computedStyle, type Pierced, pierce } from '../pierce.ts';
import { serveVoices, type Voice, type VoicesServer } from '../servers/voices.ts';
import { until } from '../until.ts';

const otherPhrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const mine: Voice = { phrase: testPhrase, name: 'organiser' };
const foreign: Voice = { phrase: otherPhrase, name: 'organiser' };
const said: [Voice, string][] = [mine, foreign, mine, foreign, { phrase: testPhrase }, { phrase: testPhrase }, 'stranger'].map(
	(voice, at) => [voice as Voice, `words ${at}`] as [Voice, string],
);

declare const spy: { take(): Promise<SpyReport>; hosts(): string[] };
/** what `huntRoots` has got */
declare const roots: string[];

let bauta: ReadyBauta;
beforeAll(async () => {
	bauta = await launchBauta();
});
afterAll(() => bauta?.close());

const messageOf = (element: Pierced | null): string => {
	for (let at = element; at; at = at.parent)
		if (/\b(chat-msg|nc-comment)( |$)/.test(at.attributes.class ?? '')) return /(words|later) \d/.exec(at.text)?.[0] ?? '';
	return '';
};

describe.each(['xmpp', 'nostr'] as const)('on %s', (network) => {
	let site: VoicesServer;
	let page: Page;
	/** the names on show, by message; those that are marked with a star */
	const names = async () => {
		const voices = await pierce(page, ({ name }) => name === 'u');
		return Object.fromEntries(
			voices.map((voice) => [
				messageOf(voice),
				`${voice.children.find(({ name }) => name === 'bdi')?.text}${voice.attributes.class === 'lit' ? '*' : ''}`,
			]),
		);
	};
	const voiceOf = async (text: string) => (await pierce(page, (one) => one.name === 'u' && messageOf(one) === text))[0] as Pierced;
	const marked = async () => Object.entries(await names()).flatMap(([text, name]) => (name.endsWith('*') ? [text] : []));
	const own = async () =>
		(
			await pierce(
				page,
				({ name, attributes, parent }) => name === 'i' && attributes['aria-label'] === 'Written by you' && messageOf(parent) !== '',
			)
		)
			.map(messageOf)
			.sort();

	beforeAll(async () => {
		await bauta.ask('vault.lock', {});
		site = await serveVoices(network, said, labelSpyHead);
		await bauta.enable(site.origin, site.frontend);
		page = await bauta.open(site.origin);
		await page.bringToFront();
	});
	afterAll(async () => {
		await page?.close();
		await site?.close();
		if ((await bauta.ask('popup.state', { tab: null })).vault === 'locked') await bauta.ask('vault.unlock', { passphrase: testPassphrase });
	});

	test('what one key has said more than once has a name, while Bauta is locked; one-time messages have none', async () => {
		const seen = await until(async () => {
			const all = await names();
			return Object.keys(all).length === 4 ? all : null;
		}, 'the names');
		expect(seen['words 0']).toMatch(/^[a-z]+ [a-z]+$/);
		expect(seen).toEqual({
			'words 0': seen['words 0'],
			'words 1': seen['words 1'],
			'words 2': seen['words 0'],
			'words 3': seen['words 1'],
		});
		expect(seen['words 0']).not.toBe(seen['words 1']);
		expect(await page.evaluate(() => spy.hosts().length)).toBe(said.length);
		// the same elements for both, and another picture
		const [one, other] = [await voiceOf('words 0'), await voiceOf('words 1')];
		const shape = (element: Pierced): unknown => [element.name, Object.keys(element.attributes).sort(), element.children.map(shape)];
		expect(shape(one)).toEqual(shape(other));
		expect(one.attributes.title).toBe('2 messages today');
		const paths = await Promise.all(
			[one, other].map(async (voice) => (await computedStyle(page, voice.children[0] as Pierced))['clip-path']),
		);
		expect(paths[0]).toMatch(/^path\("M/);
		expect(paths[0]).not.toBe(paths[1]);
	});

	test('unlock, lock, another identity and its end change nothing of it, and nothing that the page can see', async () => {
		await page.evaluate(() => spy.take());
		const before = await page.evaluate(() => spy.take());
		const shown = await names();
		const of = ['words 0', 'words 2', 'words 4', 'words 5'];
		const steps: [string, () => Promise<unknown>, string[]][] = [
			['unlock', () => bauta.ask('vault.unlock', { passphrase: testPassphrase }), of],
			['lock', () => bauta.ask('vault.lock', {}), []],
			['unlock again', () => bauta.ask('vault.unlock', { passphrase: testPassphrase }), of],
			[
				'another identity',
				() => bauta.ask('identity.import', { key: otherPhrase, keyPassphrase: '', name: 'other' }),
				[...of, 'words 1', 'words 3'].sort(),
			],
			[
				'its end',
				async () => {
					const { identities } = await bauta.ask('popup.state', { tab: null });
					await bauta.ask('identity.remove', { id: identities.at(-1)?.id ?? '', passphrase: testPassphrase });
				},
				of,
			],
		];
		for (const [name, act, texts] of steps) {
			await act();
			await until(async () => (await own()).join() === texts.join(), `marks on ${texts.join()}`);
			const after = await page.evaluate(() => spy.take());
			expect(after, name).toEqual({ ...before, log: [] });
			expect(await names(), name).toEqual(shown);
		}
	});

	test('a voice that speaks for the second time while the page is open gets its name into the labels that are there', async () => {
		await page.evaluate(() => spy.take());
		const late: Voice = { phrase: otherPhrase, name: 'late' };
		site.say(late, 'later 0');
		await until(async () => (await page.evaluate(() => spy.hosts())).includes('later 0'), 'the label');
		expect((await names())['later 0']).toBeUndefined();
		await page.evaluate(() => spy.take());
		site.say(late, 'later 1');
		await until(async () => (await names())['later 0'] !== undefined, 'the name');
		expect((await names())['later 1']).toBe((await names())['later 0']);
		const { log } = await page.evaluate(() => spy.take());
		// the label of the first is as wide as its name now; it is the same element
		expect(log.filter((line) => /removed|added/.test(line)).map((line) => line.split(' | ').slice(0, 2))).toEqual([['added', 'later 1']]);
		site.say(mine, 'later 2');
		await until(async () => (await voiceOf('words 0')).attributes.title === '3 messages today', 'the third message');
		expect(await marked()).toEqual([]);
	});

	test('a voice that an account has shown to be its own says so; what an account claims in vain is told as what it is', async () => {
		const proofs = async () => {
			const texts = await pierce(page, (one) => one.name === 'em' && one.text !== '');
			return texts.map((one) => [messageOf(one), one.text]).sort();
		};
		expect(await proofs()).toEqual([]);
		await page.evaluate(() => spy.take());
		const before = await page.evaluate(() => spy.take());
		site.reveal(foreign, 'words 1', 'bob');
		const [, name = ''] = /([0-9a-f]{16}…|bob)$/.exec((await until(async () => (await proofs())[0]?.[1], 'the proof')) ?? '') ?? [];
		expect(name).toMatch(network === 'xmpp' ? /^bob$/ : /…$/);
		site.reveal(mine, 'words 0', 'eve', 'bob');
		site.reveal(mine, 'words 0', 'eve', 'eve', (text) => `${text.slice(0, -4)}AAAA`);
		const proven = `Proven: this voice is ${name}`;
		// where a page shows of a message who wrote it alone, what an account has posted cannot be told from its other messages
		const beside = ['Not proven: this does not fit the message that it names', 'Not proven: this was made for another account', proven];
		const expected = [...(network === 'xmpp' ? beside.map((text) => ['', text]) : []), ['words 1', proven], ['words 3', proven]];
		await until(async () => JSON.stringify(await proofs()) === JSON.stringify(expected), `${JSON.stringify(expected)}`);
		// an account's own name stays
		if (network === 'xmpp') expect(await page.locator('.chat-msg__author a', { hasText: 'bob' }).isVisible()).toBe(true);
		const { looks } = await page.evaluate(() => spy.take());
		for (const text of ['words 0', 'words 2', 'words 4', 'words 5', 'words 6']) expect(looks[text], text).toBe(before.looks[text]);
		await page.evaluate(() => spy.take());
		const locking = await page.evaluate(() => spy.take());
		await bauta.ask('vault.lock', {});
		await until(async () => (await own()).length === 0, 'no marks');
		expect(await page.evaluate(() => spy.take())).toEqual({ ...locking, log: [] });
		expect(await proofs()).toEqual(expected);
		await bauta.ask('vault.unlock', { passphrase: testPassphrase });
		await until(async () => (await own()).length > 0, 'the marks');
	});

	test('the pointer over a name, and the keyboard in a message, mark the others of that voice; the page is told of nothing in a label', async () => {
		await page.evaluate(() => {
			for (const message of document.querySelectorAll<HTMLElement>('.chat-msg, .nc-comment')) message.tabIndex = 0;
		});
		const points = await page.evaluate(huntRoots);
		expect(points.length).toBeGreaterThan(6);
		await page.evaluate(() => spy.take());
		const before = await page.evaluate(() => spy.take());
		const box = async (text: string) => {
			const session = await page.context().newCDPSession(page);
			const { model } = await session.send('DOM.getBoxModel', { backendNodeId: (await voiceOf(text)).node });
			await session.detach();
			const [x1 = 0, y1 = 0, , , x2 = 0, y2 = 0] = model.content;
			return [(x1 + x2) / 2, (y1 + y2) / 2] as const;
		};
		const tip = async () => {
			const tips = await pierce(page, ({ name }) => name === 'small');
			const styles = await Promise.all(tips.map(async (one) => [one.text, (await computedStyle(page, one)).display]));
			return styles.filter(([, display]) => display !== 'none').map(([text]) => text);
		};
		for (const [text, texts, title] of [
			['words 0', ['words 0', 'words 2', 'later 2'], '3 messages today'],
			['words 3', ['words 1', 'words 3'], '2 messages today'],
		] as const) {
			await page.mouse.move(...(await box(text)), { steps: 4 });
			await until(async () => (await marked()).join() === texts.join(), `marks at ${text}`);
			expect(await tip()).toEqual([title]);
		}
		await page.mouse.move(2, 2);
		await until(async () => (await marked()).length === 0 && (await tip()).length === 0, 'no marks');
		await page.keyboard.press('Tab');
		await page.evaluate(() => (document.querySelectorAll<HTMLElement>('.chat-msg, .nc-comment')[1] as HTMLElement).focus());
		await until(async () => (await marked()).join() === 'words 1,words 3', 'marks by the keyboard');
		await page.evaluate(() => (document.querySelectorAll<HTMLElement>('.chat-msg, .nc-comment')[4] as HTMLElement).focus());
		await until(async () => (await marked()).length === 0, 'no marks at a one-time message');
		await page.evaluate(() => (document.activeElement as HTMLElement).blur());
		const after = await page.evaluate(() => spy.take());
		expect(after).toEqual({ ...before, log: [] });
		expect(await page.evaluate(() => roots)).toEqual([]);
	});
});
