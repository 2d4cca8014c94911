import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitText } from '../../src/devices/codes/qr-parts.ts';
import { axeFindings } from '../axe.ts';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { forgetAll } from '../forget-all.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { type FakeCamera, fakeCamera } from '../video.ts';

// The Devices page as people use it, on the real extension: two profiles, each in a tab of its own, and a relay between them.
let directory: string;
let relay: TestRelay;
let camera: FakeCamera;
let first: ReadyBauta;
let second: ReadyBauta;
/** set up by the test that begins anew from the phrase, and emptied for the one without a phrase */
let third: ReadyBauta;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'bauta-codes-'));
	relay = await startRelay();
	first = await launchBauta({ phrase: testPhrase });
	await first.ask('device.alone', { identity: (await first.ask('devices.state', {})).groups[0]?.id as string });
	camera = await fakeCamera();
	second = await launchBauta({ phrase: null, flags: camera.flags });
});

afterAll(async () => {
	await first?.close();
	await second?.close();
	await third?.close();
	await camera?.forget();
	await relay?.close();
	await rm(directory, { recursive: true, force: true });
});

/** Nothing for axe to find in light (at 320 pixels) and dark, nothing that sticks out at 360 and at 320. PICTURES=1 keeps what was seen. */
async function look(page: Page, name: string): Promise<void> {
	// a page that was just loaded is empty for a moment
	await page.locator('h1').first().waitFor();
	const wide = page.viewportSize() ?? { width: 1100, height: 760 };
	for (const [scheme, width] of [
		['light', 360],
		['dark', 360],
		['light', 320],
	] as const) {
		await page.setViewportSize({ width, height: 700 });
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
		await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
		// what light colours lack it finds at the other width
		if (scheme === 'dark' || width === 320) expect(await axeFindings(page), `${name} ${scheme}`).toEqual([]);
		const out = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		expect(out, `${name} ${width}`).toBeLessThanOrEqual(0);
		if (process.env.PICTURES !== '1') continue;
		const pictures = join(import.meta.dirname, '../../pictures/devices');
		await mkdir(pictures, { recursive: true });
		await page.screenshot({ path: join(pictures, `${name}-${width === 320 ? 'narrow' : scheme}.png`), fullPage: true });
	}
	await page.setViewportSize(wide);
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const words = (page: Page) => page.locator('.six-words li').allTextContents();
/** Photographs every picture of the code on show, as a phone would, and returns the files. */
async function photograph(page: Page, name: string): Promise<string[]> {
	const picture = page.locator('.code-picture');
	const files: string[] = [];
	const stop = page.getByRole('button', { name: 'Stop turning' });
	if (await stop.count()) await stop.click();
	const label = (await picture.getAttribute('aria-label')) ?? '';
	const count = Number(/of (\d+)/.exec(label)?.[1]);
	for (let turn = 0; turn < count; turn++) {
		const file = join(directory, `${name}-${turn}.png`);
		await writeFile(file, await picture.screenshot());
		files.push(file);
		if (count > 1) await press(page, 'Next picture');
	}
	return files;
}
async function devicesPage(bauta: ReadyBauta): Promise<Page> {
	await bauta.popup.goto(bauta.popup.url().replace(/#.*|$/, '#devices'));
	await bauta.popup.reload();
	return bauta.popup;
}

test('a device with nothing on it is linked by pictures of the screen, and gets the words and a passphrase of its own', async () => {
	const old = await devicesPage(first);
	await old.getByRole('button', { name: 'Link a new device' }).waitFor();
	await look(old, 'alone');

	const fresh = second.popup;
	await fresh.reload();
	await look(fresh, 'welcome');
	await press(fresh, 'Link with a device that has Bauta');
	const name = fresh.getByLabel('Name of the device');
	// the name that is proposed comes first: typed into at that very moment it would be part of it
	await expect.poll(() => name.inputValue()).not.toBe('');
	await name.fill('My phone');
	await look(fresh, 'new-name');
	await press(fresh, 'Show the code');
	await fresh.locator('.code-picture').waitFor();
	await look(fresh, 'new-code');
	const shown = await words(fresh);
	expect(shown).toHaveLength(6);
	const [code] = await photograph(fresh, 'code');

	await press(old, 'Link a new device');
	await look(old, 'reply-code');
	await old.locator('input[type=file]').setInputFiles(code as string);
	await old
		.getByText('“My phone” wants to be linked')
		.waitFor()
		.catch(async (thrown) => {
			throw new Error(`${thrown} ${await old.locator('main').innerText()}`);
		});
	expect(await words(old)).toEqual(shown);
	await look(old, 'reply-compare');
	await old.getByLabel('Passphrase', { exact: true }).fill(testPassphrase);
	await press(old, 'They are the same: link it');
	await old.getByRole('heading', { name: 'Give this answer to the new device' }).waitFor();
	await look(old, 'reply-answer');
	const again = await words(old);
	const answer = await photograph(old, 'answer');
	expect(answer.length).toBeGreaterThan(3);

	await press(fresh, 'The other device shows an answer');
	await look(fresh, 'new-answer');
	// one after the other, the last first, one of them twice; what is missing then comes through the camera, from wherever it begins
	const [last = '', ...rest] = [...answer].reverse();
	await fresh.locator('input[type=file]').setInputFiles(last);
	await fresh.getByText(`1 of ${answer.length} pictures read`).waitFor();
	await fresh.locator('input[type=file]').setInputFiles([last, ...rest.slice(0, 2)]);
	await fresh.getByText(`3 of ${answer.length} pictures read`).waitFor();
	await camera.show(splitText(await old.locator('.code-text').inputValue()).slice(0, -3));
	await press(fresh, 'Use the camera');
	await fresh.getByRole('heading', { name: 'Are the words the same?' }).waitFor();
	expect(await fresh.locator('video').count()).toBe(0);
	expect(await words(fresh)).toEqual(again);
	expect(again).not.toEqual(shown);
	await look(fresh, 'new-compare');
	expect((await second.ask('popup.state', { tab: null })).vault).toBe('none');
	await press(fresh, 'They are the same: save');
	await fresh.getByLabel('New passphrase', { exact: true }).fill('another horse entirely 97');
	await fresh.getByLabel(/again/i).first().fill('another horse entirely 97');
	await look(fresh, 'new-passphrase');
	await fresh.locator('button[type=submit]').click();
	await expect.poll(async () => (await second.ask('popup.state', { tab: null })).vault).toBe('unlocked');
	expect((await second.ask('popup.state', { tab: null })).identities.map(({ kind }) => kind)).toEqual(['linked']);
	await press(old, 'The new device has it');
	await old.getByText('My phone').waitFor();
	await look(old, 'list');
});

test('each wrong code says what is wrong with it', async () => {
	const old = await devicesPage(first);
	await press(old, 'Link a new device');
	const field = old.getByLabel('Code of the new device');
	for (const [text, said] of [
		['hello', 'This is not a code of Bauta'],
		['bauta-link:1:AAAA', 'A piece of this code is missing'],
		['bauta-link:7:AAAA', 'A newer Bauta made this code'],
		['bauta-answer:1:AAAA', 'This is another kind of code'],
	]) {
		await field.fill(text as string);
		await press(old, 'Look at the code');
		await old
			.getByRole('alert')
			.getByText(said as string)
			.waitFor();
	}
	await look(old, 'wrong-code');
	const blank = join(directory, 'blank.png');
	await writeFile(blank, await old.locator('.name').screenshot());
	await old.locator('input[type=file]').setInputFiles(blank);
	await old.getByRole('alert').getByText('code', { exact: false }).first().waitFor();
});

test('devices are renamed, and what one of them changes reaches the other over a relay, unreadable to it', async () => {
	const old = await devicesPage(first);
	await press(old, 'Change');
	await old.getByRole('radio', { name: /Nostr relay/ }).check();
	await old.getByLabel('Address of the relay').fill(relay.url);
	await look(old, 'sync');
	await press(old, 'Use this');
	await old.getByText('Through a Nostr relay').waitFor();
	const there = (await second.ask('devices.state', {})).groups[0]?.id as string;
	await second.ask('sync.set', { identity: there, carrier: 'relay', relay: relay.url });
	const again = await devicesPage(first);
	await press(again, 'Rename My phone');
	await again.getByLabel('Name of the device').fill('Old phone');
	await look(again, 'rename');
	await press(again, 'Save the name');
	await again.getByText('Old phone').waitFor();
	const before = (await first.ask('devices.state', {})).groups[0]?.sync.last ?? 0;
	await press(again, 'Sync now');
	await expect.poll(async () => (await first.ask('devices.state', {})).groups[0]?.sync.last).toBeGreaterThan(before);
	const { groups } = await second.ask('devices.state', {});
	await second.ask('sync.now', { identity: groups[0]?.id as string });
	const names = (await second.ask('devices.state', {})).groups[0]?.devices.map(({ name }) => name);
	expect(names).toContain('Old phone');
	const seen = relay.frames.map((frame) => JSON.stringify(frame)).join('\n');
	expect(seen.includes('30078')).toBe(true);
	expect(['Old phone', 'My phone', 'Chromium', 'xmpp:'].filter((secret) => seen.includes(secret))).toEqual([]);
});

test('a device is unlinked; the other keeps what it had and gets nothing more', async () => {
	const old = await devicesPage(first);
	await press(old, 'Unlink Old phone');
	await old.getByRole('heading', { name: 'Unlink Old phone?' }).waitFor();
	await look(old, 'unlink');
	await old.getByLabel('Passphrase', { exact: true }).fill('wrong');
	await press(old, 'Unlink');
	await old.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
	await old.waitForTimeout(1500);
	await old.getByLabel('Passphrase', { exact: true }).fill(testPassphrase);
	await press(old, 'Unlink');
	await old.getByRole('button', { name: 'Link a new device' }).waitFor();
	expect((await first.ask('devices.state', {})).groups[0]?.devices).toHaveLength(1);
	const { groups } = await second.ask('devices.state', {});
	const identity = groups[0]?.id as string;
	await second.ask('sync.now', { identity });
	expect((await second.ask('devices.state', {})).groups[0]?.unlink?.code).toBe('unlink-no-root');
	const page = await devicesPage(second);
	await page.getByText('Only a device that holds the recovery phrase').waitFor();
	await look(page, 'list-linked');
});

test('restored from the phrase alone, a device finds those that are left, and those that the user ticks get its keys', async () => {
	third = await launchBauta({ phrase: testPhrase });
	const page = await devicesPage(third);
	await page.getByRole('heading', { name: 'Is this identity on other devices?' }).waitFor();
	await look(page, 'apart');
	await press(page, 'Find my other devices');
	await page.getByText('No other device was found').waitFor();
	await look(page, 'find-nothing');
	await page.getByLabel('Relay that your devices sync through').fill(relay.url);
	await press(page, 'Look there');
	await page.getByRole('checkbox').waitFor();
	// the one that was unlinked is none of them
	expect(await page.locator('.choice strong').allTextContents()).toEqual(['Chromium · Linux']);
	await page.getByRole('checkbox').check();
	await page.getByLabel('Passphrase', { exact: true }).fill(testPassphrase);
	await look(page, 'find');
	await press(page, 'Hand on the new keys');
	await page.getByRole('button', { name: 'Code for Chromium · Linux' }).waitFor();
	await look(page, 'keys-to-hand');
	await press(page, 'Code for Chromium · Linux');
	await page.locator('.code-picture').waitFor();
	await look(page, 'new-keys');
	const keys = await page.locator('.code-text').inputValue();

	const old = await devicesPage(first);
	await first.ask('sync.now', { identity: (await first.ask('devices.state', {})).groups[0]?.id as string });
	expect((await first.ask('devices.state', {})).groups[0]?.devices).toHaveLength(2);
	await devicesPage(first);
	await press(old, 'Take new keys from another device');
	await look(old, 'take-keys');
	await old.getByLabel('Code for this device').fill(keys);
	await press(old, 'Take the keys');
	await old.getByRole('button', { name: 'Link a new device' }).waitFor();
	const identity = (await third.ask('devices.state', {})).groups[0]?.id as string;
	await third.ask('sync.now', { identity });
	expect((await third.ask('devices.state', {})).groups[0]).toMatchObject({
		apart: false,
		keys: [],
		sync: { carrier: 'relay', fault: null },
	});
});

test('the same in a language that is read from right to left', async () => {
	const arabic = await launchBauta({ phrase: testPhrase, locale: 'ar' });
	try {
		const identity = (await arabic.ask('devices.state', {})).groups[0]?.id as string;
		await arabic.ask('device.alone', { identity });
		const page = await devicesPage(arabic);
		await page.locator('main .main').first().waitFor();
		expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl');
		await look(page, 'ar-alone');
		await page.locator('#panel .main').first().click();
		await look(page, 'ar-reply-code');
		await page.locator('#panel .quiet').last().click();
		await page.locator('#panel .stack .quiet').first().click();
		await page.locator('#panel .main').click();
		await page.locator('.code-picture').waitFor();
		await look(page, 'ar-new-code');

		await arabic.ask('link.cancel', {});
		const { devices } = await arabic.ask('device.find', { identity, relay: relay.url });
		const keep = devices.map(({ id }) => id);
		expect(keep).toHaveLength(2);
		await arabic.ask('device.rejoin', { identity, relay: relay.url, keep, passphrase: testPassphrase });
		await devicesPage(arabic);
		await page.locator('#panel .note .stack .plain').first().click();
		await page.locator('.code-picture').waitFor();
		await look(page, 'ar-new-keys');
		await page.locator('#panel .main').click();
		await page.locator('#panel > .stack .quiet').last().click();
		await page.locator('textarea').waitFor();
		await look(page, 'ar-take-keys');
	} finally {
		await arabic.close();
	}
});

test('what no key proves can be remembered, and an identity without a phrase says what is lost and how to forget', async () => {
	const page = await devicesPage(first);
	const remember = page.getByRole('switch', { name: 'Remember them as mine' });
	expect(await remember.isChecked()).toBe(false);
	await remember.click();
	await page.getByText('Nothing is remembered yet').waitFor();
	await look(page, 'own-list');
	expect(await page.getByRole('button', { name: 'Forget everything before now' }).count()).toBe(0);
	const { popup } = third;
	await forgetAll(third);
	await popup.goto(`chrome-extension://${third.id}/popup.html?tab=1`);
	await popup.getByText('Without a recovery phrase').click();
	await press(popup, 'Begin without a phrase');
	await popup.getByText('There will be no recovery phrase').waitFor();
	await look(popup, 'devices-only');
	await popup.getByLabel('New passphrase', { exact: true }).fill('another horse entirely 97');
	await popup.getByLabel(/again/i).first().fill('another horse entirely 97');
	await popup.locator('button[type=submit]').click();
	await expect.poll(async () => (await third.ask('popup.state', { tab: null })).vault).toBe('unlocked');
	await devicesPage(third);
	await press(popup, 'Forget everything before now');
	await popup.getByRole('heading', { name: 'Forget everything before now?' }).waitFor();
	await look(popup, 'erase');
	await popup.getByLabel('Passphrase', { exact: true }).fill('another horse entirely 97');
	await press(popup, 'Forget everything before now');
	await popup.getByRole('button', { name: 'Link a new device' }).waitFor();
});

interface SyncArea {
	get(keys: null): Promise<Record<string, string>>;
	set(items: Record<string, string>): Promise<void>;
	clear(): Promise<void>;
}
declare const chrome: {
	storage: { sync: SyncArea };
	alarms: {
		get(name: string): Promise<{ scheduledTime: number } | undefined>;
		create(name: string, when: { when: number }): Promise<void>;
	};
};

test('the day’s write has its hour by chance, and happens without anybody', async () => {
	await first.ask('settings.set', { lockMinutes: 0 });
	const identity = (await first.ask('devices.state', {})).groups[0]?.id as string;
	await first.ask('sync.now', { identity });
	const alarms = () =>
		first.popup.evaluate(async () => ({ due: (await chrome.alarms.get('devices-sync'))?.scheduledTime ?? 0, now: Date.now() }));
	const day = 86_400_000;
	const { due, now } = await alarms();
	expect(Math.floor(due / day)).toBe(Math.floor(now / day) + 1);
	// two days later, as the worker's clock has it, the alarm goes off
	const before = relay.said('EVENT').length;
	const worker = await first.worker();
	await worker.evaluate((ahead) => {
		const real = Date.now.bind(Date);
		Date.now = () => real() + ahead;
	}, 2 * day);
	await first.popup.evaluate(() => chrome.alarms.create('devices-sync', { when: Date.now() + 200 }));
	await expect.poll(() => relay.said('EVENT').length).toBe(before + 1);
	await expect.poll(async () => Math.floor((await alarms()).due / day)).toBe(Math.floor(now / day) + 3);
});

test('the browser account’s storage gets items of one size without meaning, and a full one is told', async () => {
	const { popup } = second;
	const identity = (await second.ask('devices.state', {})).groups[0]?.id as string;
	await second.ask('sync.set', { identity, carrier: 'browser', relay: '' });
	const items = await popup.evaluate(() => chrome.storage.sync.get(null));
	expect(Object.keys(items)).toHaveLength(1);
	const [[key, value] = ['', '']] = Object.entries(items);
	expect(key).toMatch(/^[0-9a-f]{16}\.[0-9a-f]{32}\.0$/);
	expect(value).toMatch(/^[0-9a-f]{8}:1:[\w-]+$/);
	await second.ask('sync.now', { identity });
	const [later = ''] = Object.values(await popup.evaluate(() => chrome.storage.sync.get(null)));
	expect([later.length, later === value]).toEqual([value.length, false]);
	expect((await second.ask('devices.state', {})).groups[0]?.sync.fault).toBeNull();
	await popup.evaluate(async () => {
		await chrome.storage.sync.clear();
		for (let at = 0; at < 12; at++) await chrome.storage.sync.set({ [`other${at}`]: 'x'.repeat(8100) });
	});
	await expect(second.ask('sync.now', { identity })).rejects.toMatchObject({ code: 'sync-full' });
	const page = await devicesPage(second);
	await page.getByRole('alert').getByText('There is no room left').waitFor();
	await look(page, 'sync-full');
});
