/** What test/e2e/voices.test.ts has of Chromium, in Firefox, where the events of the pointer and the keyboard lead into closed roots. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FirefoxPage } from '../firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { labelSpyHead, type SpyReport } from '../pages/label-spy.ts';
import { huntRoots } from '../pages/root-hunt.ts';
import { serveVoices, type Voice, type VoicesServer } from '../servers/voices.ts';
import { testPassphrase, testPhrase } from '../setup.ts';
import { until } from '../until.ts';

const mine: Voice = { phrase: testPhrase, name: 'organiser' };
const foreign: Voice = { phrase: 'legal winner thank year wave sausage worth useful legal winner thank yellow', name: 'organiser' };
const said: [Voice, string][] = [
	[mine, 'words 0'],
	[foreign, 'words 1'],
	[mine, 'words 2'],
	[foreign, 'words 3'],
	[{ phrase: testPhrase }, 'words 4'],
	['stranger', 'words 5'],
];

declare const spy: { take(): Promise<SpyReport>; hosts(): string[] };
/** what `huntRoots` has got */
declare const roots: string[];

let firefox: ReadyFirefox;
beforeAll(async () => {
	firefox = await launchFirefoxBauta();
});
afterAll(() => firefox?.close());

describe.each(['xmpp', 'nostr'] as const)('a page in Firefox that watches voices, on %s', (network) => {
	let site: VoicesServer;
	let page: FirefoxPage;
	/** name, message, whether it is marked, and what is said of it over everything, of every voice on show */
	const voices = async () => {
		const seen = await page.pierce((root: ShadowRoot) => {
			const voice = root.querySelector('u');
			const message = voice && (root.host.closest('.chat-msg, .nc-comment') as HTMLElement | null);
			if (!voice || !message) return null;
			const { x, y, width, height } = voice.getBoundingClientRect();
			const tip = voice.querySelector('small');
			return {
				text: /(words|later) \d/.exec(message.textContent ?? '')?.[0] ?? '',
				name: voice.querySelector('bdi')?.textContent ?? '',
				lit: voice.classList.contains('lit'),
				tip: tip?.matches(':popover-open') ? tip.textContent : null,
				at: [x + width / 2, y + height / 2] as const,
			};
		});
		return seen.filter((one) => one !== null).sort((one, other) => (one.text < other.text ? -1 : 1));
	};
	const marked = async () => (await voices()).flatMap(({ text, lit }) => (lit ? [text] : [])).join();

	beforeAll(async () => {
		await firefox.ask('vault.lock', {});
		site = await serveVoices(network, said, labelSpyHead);
		await firefox.ask('site.wanted', { origin: site.origin, frontend: site.frontend, name: site.frontend, hosts: [] });
		await firefox.ask('site.granted', { origin: site.origin });
		page = await firefox.open(site.origin);
		await page.activate();
	});
	afterAll(async () => {
		await page?.close();
		await site?.close();
	});

	it('sees a name on what one key has said more than once, the same while Bauta is locked and unlocked', async () => {
		await until(async () => (await voices()).length === 4, 'the names');
		const before = await voices();
		const [one, other] = before;
		expect(before.map(({ text }) => text)).toEqual(['words 0', 'words 1', 'words 2', 'words 3']);
		expect(before.map(({ name }) => name)).toEqual([one?.name, other?.name, one?.name, other?.name]);
		expect(one?.name).not.toBe(other?.name);
		await page.evaluate(() => spy.take() as Promise<never>);
		const look = (await page.evaluate(() => spy.take() as Promise<never>)) as unknown as SpyReport;
		for (const [act, count] of [
			['vault.unlock', 3],
			['vault.lock', 0],
			['vault.unlock', 3],
		] as const) {
			await (act === 'vault.lock' ? firefox.ask(act, {}) : firefox.ask(act, { passphrase: testPassphrase }));
			const own = async () =>
				(
					await page.pierce(
						(root: ShadowRoot) =>
							root.querySelector('[role=img]')?.getAttribute('aria-label') === 'Written by you' &&
							!(root.host.getRootNode() as ShadowRoot).querySelector('.legend'),
					)
				).filter(Boolean).length;
			await until(async () => (await own()) === count, `the marks after ${act}`);
			expect((await page.evaluate(() => spy.take() as Promise<never>)) as unknown as SpyReport).toEqual({ ...look, log: [] });
			expect(await voices()).toEqual(before);
		}
	});

	it('sees whose voice it is, where an account has shown it', async () => {
		const proofs = async () => {
			const texts = await page.pierce((root: ShadowRoot) => {
				const message = root.host.closest('.chat-msg, .nc-comment');
				return message && `${/words \d/.exec(message.textContent ?? '')?.[0] ?? ''}: ${root.querySelector('em')?.textContent ?? ''}`;
			});
			return texts.filter((text) => text?.includes('roven')).sort();
		};
		site.reveal(foreign, 'words 1', 'bob');
		site.reveal(mine, 'words 0', 'eve', 'bob');
		const told = network === 'xmpp' ? 4 : 2;
		const seen = await until(async () => ((await proofs()).length === told ? proofs() : null), 'the proofs');
		expect(seen.slice(-2).map((text) => text?.slice(0, 31))).toEqual([
			'words 1: Proven: this voice is ',
			'words 3: Proven: this voice is ',
		]);
		if (network === 'xmpp')
			expect(seen.slice(0, 2)).toEqual([': Not proven: this was made for another account', ': Proven: this voice is bob']);
	});

	it('is handed no closed root, and no event of a label, where the pointer is over a name or the keyboard in a message', async () => {
		await page.evaluate(() => {
			for (const message of document.querySelectorAll<HTMLElement>('.chat-msg, .nc-comment')) message.tabIndex = 0;
		});
		expect((await page.evaluate(huntRoots)).length).toBeGreaterThan(5);
		for (const [text, texts] of [
			['words 0', 'words 0,words 2'],
			['words 3', 'words 1,words 3'],
		] as const) {
			const [x, y] = (await voices()).find((one) => one.text === text)?.at ?? [0, 0];
			for (const right of [-30, -8, 0, 8]) await page.moveTo(x + right, y);
			await until(async () => (await marked()) === texts, `marks at ${text}`);
			expect((await voices()).flatMap(({ tip }) => tip ?? [])).toEqual(['2 messages today']);
			await page.clickAt(x, y);
			await page.clickAt(x + 4, y);
			await page.type('\uE014\uE012');
		}
		await page.moveTo(2, 2);
		await until(async () => (await marked()) === '', 'no marks');
		await page.evaluate(() => (document.querySelectorAll('.chat-msg, .nc-comment')[0] as HTMLElement).focus());
		await page.type('\uE004');
		await until(async () => (await marked()) === 'words 1,words 3', 'marks by the keyboard');
		expect(await page.evaluate(() => roots)).toEqual([]);
	});
});
