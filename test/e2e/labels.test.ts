/** A page that watches everything learns from labels neither whose a message is nor when somebody unlocks Bauta (THREATS.md P9, R2). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { defineHosts, labelSpyHead, probePage, type SpyReport } from '../pages/label-spy.ts';
import { computedStyle, type Pierced, pierce } from '../pierce.ts';
import { serveVoices, type Voice, type VoicesServer } from '../servers/voices.ts';
import { until } from '../until.ts';

const otherPhrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const voices = (more: Voice): [Voice, string][] =>
	([{ phrase: testPhrase }, 'stranger', { phrase: otherPhrase }, { phrase: testPhrase }, more, 'stranger'] as Voice[]).map(
		(voice, at) => [voice, `words ${at}`] as const,
	) as [Voice, string][];
const own = ['words 0', 'words 3'];
const others = ['words 1', 'words 2', 'words 5'];

let bauta: ReadyBauta;
beforeAll(async () => {
	// a page may ask Chromium for what is on trial: elements painted into a canvas
	bauta = await launchBauta({ flags: ['--enable-blink-features=CanvasDrawElement'] });
});
afterAll(() => bauta?.close());

/** Texts of messages that Bauta marks as the author's own, by the debugger. */
async function marked(page: Page): Promise<string[]> {
	const textOf = (element: Pierced | null): string => {
		for (let at = element; at; at = at.parent) if (/\b(chat-msg|nc-comment)( |$)/.test(at.attributes.class ?? '')) return at.text;
		return '';
	};
	const badges = await pierce(page, ({ name, attributes }) => name === 'i' && attributes['aria-label'] === 'Written by you');
	return badges.flatMap((badge) => /words \d/.exec(textOf(badge)) ?? []);
}
/** whether an element stands among the messages, and not in a menu of Bauta's */
const isInList = (element: Pierced | null): boolean => element !== null && (element.attributes.id === 'list' || isInList(element.parent));
const untilMarked = (page: Page, texts: string[]) =>
	until(async () => JSON.stringify((await marked(page)).sort()) === JSON.stringify(texts), `marks on ${texts.join()}`);

interface Spy {
	take(): Promise<SpyReport>;
	hosts(): string[];
}
declare const spy: Spy;

async function openSpyingPage(site: VoicesServer): Promise<Page> {
	await bauta.enable(site.origin, site.frontend);
	const page = await bauta.open(site.origin);
	await page.bringToFront();
	return page;
}
const labelled = (page: Page, count: number) => until(async () => (await page.evaluate(() => spy.hosts())).length === count, 'the labels');

describe.each([
	['xmpp', 'keyless' as const, [...others, 'words 4']],
	['nostr', 'stranger' as const, [...others, 'words 4']],
] as const)('on %s', (network, more, foreign) => {
	let site: VoicesServer;
	let page: Page;
	beforeAll(async () => {
		await bauta.ask('vault.lock', {});
		site = await serveVoices(
			network,
			[...voices(more), ...(network === 'xmpp' ? [['broken', 'words 6'] as [Voice, string]] : [])],
			labelSpyHead,
		);
		page = await openSpyingPage(site);
	});
	afterAll(async () => {
		await page?.close();
		await site?.close();
		if ((await bauta.ask('popup.state', { tab: null })).vault === 'locked') await bauta.ask('vault.unlock', { passphrase: testPassphrase });
	});

	test('every message that carries an envelope has one label while Bauta is locked, and all look alike', async () => {
		await labelled(page, 6);
		const { log, looks } = await page.evaluate(() => spy.take());
		const added = log.filter((line) => line.startsWith('added')).map((line) => line.split(' | ')[1]);
		// frames that came before the page had told of its room are labelled with what it shows
		expect(added.sort()).toEqual([0, 1, 2, 3, 4, 5].map((at) => `words ${at}`));
		const [first] = own;
		const same = [...own, ...foreign].filter((text) => network === 'nostr' || text !== 'words 4');
		for (const text of same) expect(looks[text], text).toBe(looks[first ?? '']);
	});

	test('unlock, lock and unlock, another identity and its end change nothing that the page can see, and what people see', async () => {
		const before = await page.evaluate(() => spy.take());
		const steps: [string, () => Promise<unknown>, string[]][] = [
			['unlock', () => bauta.ask('vault.unlock', { passphrase: testPassphrase }), own],
			['lock', () => bauta.ask('vault.lock', {}), []],
			['unlock again', () => bauta.ask('vault.unlock', { passphrase: testPassphrase }), own],
			[
				'another identity',
				() => bauta.ask('identity.import', { key: otherPhrase, keyPassphrase: '', name: 'other' }),
				[...own, 'words 2'].sort(),
			],
			[
				'its end',
				async () => {
					const { identities } = await bauta.ask('popup.state', { tab: null });
					await bauta.ask('identity.remove', { id: identities.at(-1)?.id ?? '', passphrase: testPassphrase });
				},
				own,
			],
		];
		// what keys have to do with it is the same on every network
		for (const [name, act, texts] of network === 'xmpp' ? steps : steps.slice(0, 3)) {
			const picture = await page.locator('#list').screenshot();
			await act();
			await untilMarked(page, texts);
			const after = await page.evaluate(() => spy.take());
			expect(after.log, name).toEqual([]);
			expect({ ...after, log: [] }, name).toEqual({ ...before, log: [] });
			expect((await page.locator('#list').screenshot()).equals(picture), name).toBe(false);
		}
	});

	test('labels that the page takes away, moves, copies or has redrawn come back alike, in one task', async () => {
		await page.evaluate(() => {
			for (const element of document.querySelectorAll('#list *')) if (/^[a-z]{5}-[a-z]{4}$/.test(element.localName)) element.remove();
		});
		await labelled(page, 6);
		const { log } = await page.evaluate(() => spy.take());
		expect(log.filter((line) => line.startsWith('added')).map((line) => line.split(' | ')[1])).toEqual(
			[0, 1, 2, 3, 4, 5].map((at) => `words ${at}`),
		);
		const hosts = () =>
			page.evaluate(() => [...document.querySelectorAll('#list > *')].map((row) => row.innerHTML.replace(/words \d|[0-9a-f]{6,}/g, '')));
		// of a copy with the same id only the first has a label; where an author's key is the id, each has one
		await page.evaluate(() => {
			const list = document.getElementById('list');
			for (const at of [0, 1]) list?.append(list.children[at]?.cloneNode(true) as Node);
		});
		await page.evaluate(() => spy.take());
		const drawn = await hosts();
		expect(drawn.at(-1)).toBe(drawn.at(-2));
		await page.evaluate(() => {
			const list = document.getElementById('list');
			for (const copy of [...(list?.children ?? [])].slice(-2)) copy.remove();
			list?.append(...[...list.children].reverse());
		});
		await untilMarked(page, own);
		const report = await page.evaluate(() => spy.take());
		for (const text of [...own, ...others]) expect(report.looks[text], text).toBe(report.looks['words 0']);
	});

	test('a page that has its messages painted into a canvas finds no mark in the picture', async () => {
		const pictures = () =>
			page.evaluate(async () => {
				type Canvas = HTMLCanvasElement & { onpaint: (() => void) | null };
				type Context = CanvasRenderingContext2D & { drawElementImage(element: Element, x: number, y: number): void };
				const list = document.getElementById('list') as HTMLElement;
				const canvas = document.createElement('canvas') as Canvas;
				const { width, height } = list.getBoundingClientRect();
				Object.assign(canvas, { width, height });
				canvas.setAttribute('layoutsubtree', '');
				canvas.setAttribute('content', 'drawable');
				list.setAttribute('drawable', '');
				list.before(canvas);
				canvas.append(list);
				await new Promise<void>((painted) => {
					canvas.onpaint = () => painted();
				});
				canvas.onpaint = null;
				const context = canvas.getContext('2d', { willReadFrequently: true }) as Context;
				context.drawElementImage(list, 0, 0);
				const frame = list.getBoundingClientRect();
				const hosts = [...list.querySelectorAll('*')].filter(({ localName }) => /^[a-z]{5}-[a-z]{4}$/.test(localName));
				// right of the face, left of the words: the end of the mark
				const marks = hosts.map((host) => {
					const { x, y, height: size } = host.getBoundingClientRect();
					const top = Math.round(y - frame.y + (size > 0 ? 2 : -13));
					return context.getImageData(Math.round(x - frame.x) + 42, top, 8, 11).data.some((value) => value > 0);
				});
				const isPainted = context.getImageData(0, 0, width, height).data.some((value) => value > 0);
				list.removeAttribute('drawable');
				canvas.replaceWith(list);
				return { isPainted, marks };
			});
		const { isPainted, marks } = await pictures();
		expect(isPainted).toBe(true);
		expect(marks).toEqual(Array(6).fill(false));
		await untilMarked(page, own);
	});

	test('labels that the page adopts into another document, and back, are made anew: the browser drops their sheets', async () => {
		await page.evaluate(() => {
			const other = document.implementation.createHTMLDocument();
			for (const element of document.querySelectorAll('#list *'))
				if (/^[a-z]{5}-[a-z]{4}$/.test(element.localName)) {
					const { parentElement } = element;
					other.adoptNode(element);
					parentElement?.append(element);
				}
		});
		const pointed = () =>
			page.evaluate(() => [
				...new Set(
					[...document.querySelectorAll('#list *')]
						.filter(({ localName }) => /^[a-z]{5}-[a-z]{4}$/.test(localName))
						.map((host) => getComputedStyle(host).pointerEvents),
				),
			]);
		await until(async () => (await pointed()).join() === 'none', 'the labels’ own sheets');
		await untilMarked(page, own);
		await labelled(page, 6);
		const report = await page.evaluate(() => spy.take());
		for (const text of [...own, ...others]) expect(report.looks[text], text).toBe(report.looks['words 0']);
	});

	test('messages that come while the page is open get their labels, which look alike', async () => {
		for (const [at, voice] of ([{ phrase: testPhrase }, 'stranger'] as Voice[]).entries()) {
			site.say(voice, `later ${at}`);
			await labelled(page, 7 + at);
		}
		const report = await page.evaluate(() => spy.take());
		expect(report.looks['later 0']).toBe(report.looks['later 1']);
	});

	test('a page that defines the elements of labels itself is handed none of their closed roots', async () => {
		await page.evaluate(defineHosts);
		site.say('stranger', 'later 2');
		await labelled(page, 9);
		const handed = await page.evaluate(() => (window as unknown as { handedRoots(): (string | null)[] }).handedRoots());
		expect(handed.length).toBeGreaterThan(8);
		expect(new Set(handed)).toEqual(new Set([null]));
		await untilMarked(page, own);
	});

	test('a page finds nothing of Bauta’s by looking it up, and where Bauta is not enabled every function is the browser’s own', async () => {
		const other = await bauta.open(site.origin.replace('127.0.0.1', 'localhost'));
		const ids = [bauta.id, 'a'.repeat(32)];
		const files = ids.flatMap((id) =>
			['composer.html', 'manifest.json', 'tap.js', 'icons/mask-16.png'].map((file) => `chrome-extension://${id}/${file}`),
		);
		const [here, there] = [await page.evaluate(probePage, files), await other.evaluate(probePage, files)];
		await other.close();
		// what this test has put there
		expect(here.found.filter((name) => name !== 'handedRoots')).toEqual(there.found);
		for (const { stacks, reached } of [here, there]) {
			expect(stacks.length).toBeGreaterThan(100);
			expect(stacks).not.toContain('extension');
			expect(reached).toEqual([]);
		}
		const names = ['send', 'fetch', 'send', 'postMessage'];
		expect(there.natives).toEqual(names.map((name) => `function ${name}() { [native code] }`));
	});

	test('all of them are hidden alike, and shown again', async () => {
		const room = { network, address: network === 'xmpp' ? 'lobby@muc.chat.test' : '22:I:https://blog.test/voices' };
		const heights = () =>
			page.evaluate(() => [...document.querySelectorAll('#list > *')].map((row) => row.getBoundingClientRect().height > 0));
		await bauta.ask('room.set', { room, hide: { site: site.origin, hidden: true } });
		await until(async () => (await heights()).filter(Boolean).length === (network === 'xmpp' ? 1 : 0), 'the hidden messages');
		await bauta.ask('room.set', { room, hide: { site: site.origin, hidden: false } });
		await until(async () => (await heights()).every(Boolean), 'the messages');
	});

	test('of every mark both pictures are painted, whosever it is: a page can have it painted so often that the time tells (P9)', async () => {
		const marks = await pierce(page, ({ name, attributes, parent }) => name === 'i' && attributes.role === 'img' && isInList(parent));
		const styles = await Promise.all(marks.map(({ children }) => Promise.all(children.map((child) => computedStyle(page, child)))));
		expect(marks.length).toBeGreaterThan(6);
		expect(new Set(marks.map(({ attributes }) => attributes['aria-label'])).size).toBe(2);
		const shapes = styles.map((layers) => layers.map((style) => style['clip-path']));
		expect(new Set(shapes.map(String)).size).toBe(1);
		expect(new Set(shapes[0]).size).toBe(2);
		// neither is left out, and neither is so dense that it hides what is below it, which is less work
		for (const opacity of styles.flat().map((style) => Number(style.opacity))) {
			expect(opacity).toBeGreaterThan(1 / 255);
			expect(opacity).toBeLessThan(254 / 255);
		}
	});

	test('a label that a page keeps outside its message is nobody’s after the lock, too', async () => {
		await page.evaluate(() => {
			const row = [...document.querySelectorAll('#list > *')].find(({ textContent }) => textContent?.includes('words 0'));
			const host = [...(row?.querySelectorAll('*') ?? [])].find(({ localName }) => /^[a-z]{5}-[a-z]{4}$/.test(localName));
			const keep = document.createElement('div');
			keep.id = 'kept';
			document.body.append(keep);
			keep.append(host?.parentElement as Node);
		});
		const kept = async () => {
			const isKept = (element: Pierced | null): boolean => element !== null && (element.attributes.id === 'kept' || isKept(element.parent));
			const marks = await pierce(page, ({ name, attributes, parent }) => name === 'i' && attributes.role === 'img' && isKept(parent));
			return marks.map(({ attributes }) => attributes['aria-label']).join();
		};
		expect(await kept()).toBe('Written by you');
		await bauta.ask('vault.lock', {});
		await until(async () => (await kept()) === 'Written by somebody in this room', 'the mark of a foreign message');
	});
});
