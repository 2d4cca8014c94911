import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firefoxAxeFindings } from '../axe.ts';
import type { FirefoxPage } from '../firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { answerPrompt } from '../firefox-prompt.ts';
import { cameraTracksHere, focusNameHere, keepCameraTracksHere, misfitsHere } from '../popup/in-page.ts';
import { say } from '../popup/keyboard.ts';
import { testPassphrase, testPhrase } from '../setup.ts';
import { patience, until } from '../until.ts';

// The popup as a page of 360 px, as Firefox for Android opens it, with the real background: from nothing to a vault, and a key by the camera.

const [tab, enter, space, shift, control] = ['\uE004', '\uE007', ' ', '\uE008', '\uE009'];
let firefox: ReadyFirefox;
let popup: FirefoxPage;

beforeAll(async () => {
	firefox = await launchFirefoxBauta({
		phrase: null,
		// a camera of the browser's own making, which shows a moving picture without a code; pages ask for it as for any other
		preferences: {
			'media.navigator.streams.fake': true,
			// no person is to be kept from pressing its button too early
			'security.notification_enable_delay': 0,
		},
	});
	await openPopup();
});
afterAll(() => firefox?.close());

/** Opens the popup in a tab of its own: what was answered in another one, Firefox remembers there. */
async function openPopup(): Promise<void> {
	popup = await firefox.openExtensionPage('popup.html?tab=1');
	await popup.resize(360, 640);
	await popup.activate();
}

/** What is on the screen has come to rest and is whole: nothing sticks out, and axe finds nothing. */
async function expectWhole(screen: string): Promise<void> {
	await popup.until(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	expect(await popup.evaluate(() => innerWidth)).toBe(360);
	expect(await popup.evaluate(misfitsHere), screen).toEqual([]);
	expect(await firefoxAxeFindings(popup), screen).toEqual([]);
}

/** The heading of this key is there, and the screen is whole. `focused`: the heading has the focus, so that a screen reader says it. */
async function waitForScreen(key: string, focused = true): Promise<void> {
	await popup.until(
		(title: string, hasFocus: boolean) => {
			const heading = document.querySelector('h1');
			return heading?.textContent === title && (!hasFocus || document.activeElement === heading);
		},
		say(key),
		focused,
	);
	await expectWhole(key);
}

/** Presses Tab until what has this name has the focus. At the page's end the focus goes on into the browser's bars: there it is turned round. */
async function tabTo(name: string): Promise<void> {
	let isForward = true;
	for (const end = performance.now() + patience; performance.now() < end; ) {
		await (isForward ? popup.type(tab) : popup.chord(shift, tab));
		if (await popup.evaluate(() => document.hasFocus())) {
			if ((await popup.evaluate(focusNameHere)) === name) return;
			continue;
		}
		isForward = !isForward;
		await firefox.chrome(() => (globalThis as unknown as { gBrowser: { selectedBrowser: HTMLElement } }).gBrowser.selectedBrowser.focus());
	}
	throw new Error(`the keyboard never reaches "${name}"`);
}

async function press(key: string): Promise<void> {
	await tabTo(say(key));
	await popup.type(enter);
}
/** Types this into the field of this name, in place of what stands there. */
async function fill(name: string, text: string): Promise<void> {
	await tabTo(name);
	await popup.chord(control, 'a');
	await popup.type(text);
}
const problem = () => popup.until(() => document.querySelector('.problem:not([hidden])')?.textContent);

/** The state of the last track that the camera gave. */
const cameraState = async () => (await popup.evaluate(cameraTracksHere)).at(-1)?.[1];

describe('a key by the camera', () => {
	it('who refuses the browser’s question is told what to do, and may paste all the same', async () => {
		await waitForScreen('popup_welcome_title', false);
		await press('popup_welcome_import');
		await waitForScreen('popup_import_title');
		await press('popup_read_camera');
		await until(() => answerPrompt(firefox, false), 'the browser’s question');
		expect(await problem()).toBe(say('popup_read_camera_failed'));
		expect(await popup.evaluate(() => document.querySelector('video'))).toBeNull();
		await firefox.chrome(() => (globalThis as unknown as { Services: { perms: { removeAll(): void } } }).Services.perms.removeAll());
	});

	it('it goes off when it is turned off, or the person goes elsewhere', async () => {
		// in another tab: this one remembers the refusal
		await openPopup();
		await press('popup_welcome_import');
		await waitForScreen('popup_import_title');
		await popup.evaluate(keepCameraTracksHere);
		let isAsked = false;
		for (const leave of ['popup_read_camera_off', 'popup_back']) {
			await press('popup_read_camera');
			// once allowed, Firefox does not ask again for some time
			await until(async () => {
				isAsked = (await answerPrompt(firefox, true)) !== null || isAsked;
				return (await cameraState()) === 'live';
			}, 'the camera');
			expect(isAsked).toBe(true);
			await popup.until(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
			expect(await popup.evaluate(misfitsHere)).toEqual([]);
			await press(leave);
			await until(async () => (await cameraState()) === 'ended', 'the end of the camera');
			expect(await popup.evaluate(() => document.querySelector('video'))).toBeNull();
		}
		await press('popup_welcome_import');
	});

	it('a code that it sees is read, what it is stands there before anything is stored, and the camera goes off', async () => {
		// no camera of Firefox's plays a film: a drawing takes the place of what it sees, and all after that is as it ships
		const { size, data } = encode(testPhrase, { border: 4 });
		await popup.evaluate(
			(width: number, rows: string) => {
				const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 480 });
				const ink = canvas.getContext('2d') as CanvasRenderingContext2D;
				const unit = Math.floor(480 / width);
				const draw = () => {
					ink.fillStyle = 'white';
					ink.fillRect(0, 0, 480, 480);
					ink.fillStyle = 'black';
					for (let at = 0; at < rows.length; at++)
						if (rows[at] === '1') ink.fillRect((at % width) * unit, Math.floor(at / width) * unit, unit, unit);
				};
				setInterval(draw, 100);
				draw();
				const { given } = globalThis as unknown as { given: MediaStreamTrack[] };
				navigator.mediaDevices.getUserMedia = async () => {
					const stream = canvas.captureStream(10);
					given.push(...stream.getTracks());
					return stream;
				};
			},
			size,
			data.flat().map(Number).join(''),
		);
		await press('popup_read_camera');
		await popup.until(() => document.querySelector('.found') !== null);
		expect(await popup.evaluate(() => document.querySelector('textarea')?.value)).toBe(testPhrase);
		await until(async () => (await cameraState()) === 'ended', 'the end of the camera');
		await expectWhole('a code that was read');
		expect((await firefox.ask('popup.state', { tab: null })).vault).toBe('none');
		await press('popup_back');
	});
});

describe('with the keyboard alone', () => {
	it('a new identity: twelve words, two of them asked back, a passphrase, how careful, and the tabs', async () => {
		await popup.until((title: string) => document.querySelector('h1')?.textContent === title, say('popup_welcome_title'));
		await press('popup_welcome_new');
		await waitForScreen('popup_words_title');
		const words = await popup.until(() => {
			const shown = [...document.querySelectorAll('.words li')].map(({ textContent }) => textContent);
			return shown.length === 12 && shown;
		});
		await press('popup_words_written');
		await waitForScreen('popup_ask_title');
		const labels = await popup.evaluate(() => [...document.querySelectorAll('.field label')].map(({ textContent }) => textContent ?? ''));
		expect(labels).toHaveLength(2);
		// a wrong word is said, and stays
		for (const label of labels) await fill(label, 'zoo');
		await popup.type(enter);
		expect(await problem()).toBe(say('error_backup_words'));
		for (const label of labels) await fill(label, String((words as string[])[Number(label.replace(/\D/g, '')) - 1]));
		await popup.type(enter);
		await waitForScreen('popup_passphrase_title');
		await fill(say('popup_passphrase_new'), testPassphrase);
		await fill(say('popup_passphrase_again'), `${testPassphrase}!`);
		await popup.type(enter);
		expect(await problem()).toBe(say('popup_passphrase_unequal'));
		await fill(say('popup_passphrase_again'), testPassphrase);
		await popup.type(enter);
		await waitForScreen('popup_care_title');
		await popup.type(tab);
		await popup.type(space);
		await press('popup_care_go_on');
		await waitForScreen('popup_site_step_title');
		await press('popup_site_step_later');
		await popup.until(() => document.querySelector('[role=tablist]') !== null);
		expect((await firefox.ask('popup.state', { tab: null })).vault).toBe('unlocked');
	});

	it('every tab is whole at 360 px', async () => {
		const tabs = await popup.evaluate(() => [...document.querySelectorAll('[role=tab]')].map(({ id }) => id));
		expect(tabs.length).toBeGreaterThan(3);
		for (const id of tabs) {
			await popup.click(`#${id}`);
			await popup.until((chosen: string) => document.getElementById(chosen)?.getAttribute('aria-selected') === 'true', id);
			await popup.until(() => document.querySelector('[role=tabpanel]')?.textContent);
			await expectWhole(id);
		}
	});

	it('locked, a wrong passphrase is said and stays, the right one opens', async () => {
		await firefox.ask('vault.lock', {});
		// the popup that is left shows the same screen, and goes in the middle of being looked at
		await popup.evaluate(() => {
			Object.assign(window, { isLeft: true });
			location.reload();
		});
		await popup.until(() => !('isLeft' in window));
		await waitForScreen('popup_unlock_title', false);
		await fill(say('popup_passphrase'), 'wrong');
		await popup.type(enter);
		expect(await problem()).toBe(say('error_wrong_passphrase'));
		await fill(say('popup_passphrase'), testPassphrase);
		await popup.type(enter);
		await popup.until(() => document.querySelector('[role=tablist]') !== null);
		expect((await firefox.ask('popup.state', { tab: null })).vault).toBe('unlocked');
	});
});
