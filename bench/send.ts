import type { Frame, Locator, Page } from 'playwright-core';
import { nostrScene } from '../scripts/demo/nostr.ts';
import { turnOn, waitUntilReady, watchForEnter, watchForText } from '../scripts/demo/page.ts';
import type { Scene } from '../scripts/demo/scene.ts';
import { xmppScene } from '../scripts/demo/xmpp.ts';
import { launchBauta } from '../test/bauta.ts';
import { launchBrowser } from '../test/browser.ts';
import type { Recorder } from '../test/servers/recorder.ts';
import { type Figure, tellProgress } from './figure.ts';
import { roundTrips } from './round-trips.ts';
import { estimate, estimateText, spreadText } from './statistics.ts';

const pairs = Number(process.env.PAIRS ?? 24);
/** Where nobody wants a delay nothing else waits either; with one of a thousandth of a second everything does (THREATS.md T5). */
const delays = { hasty: 0, paused: 0.001 };
type Haste = keyof typeof delays;
/** ms until the next message may begin: where messages are paused, two of one author begin up to 10 s apart, and one up to 12 s after another's end */
const restMs: Record<Haste, number> = { hasty: 300, paused: 22_000 };

/** A network with a web chat on it, and how its own composer is used. */
interface Chat {
	scene(options: { roundTrip: number }): Promise<Scene & { recorder: Recorder }>;
	/** writes as the account; gives what the Enter key is then pressed on */
	write(page: Page, text: string): Promise<Locator>;
}

const chats = {
	xmpp: {
		scene: xmppScene,
		async write(page, text) {
			const box = page.locator('converse-muc textarea.chat-textarea');
			await box.fill(text);
			return box;
		},
	},
	nostr: {
		scene: nostrScene,
		async write(page, text) {
			await page.locator('.nc-editor__textarea').first().fill(text);
			const login = page.getByText('Browser Extension');
			if (await login.isVisible()) await login.click();
			return page.locator('.nc-editor__submit').first();
		},
	},
} satisfies Record<string, Chat>;

interface Side {
	send(text: string): Promise<number>;
}

/** Enter in the private composer → visible in the neighbour's window. */
function anonymous(composer: Frame, neighbour: Page, selector: string): Side {
	const box = composer.locator('textarea');
	return {
		async send(text) {
			await box.fill(text);
			// a person types for longer than this
			await neighbour.waitForTimeout(600);
			const [entered, appeared] = [await watchForEnter(composer), await watchForText(neighbour, selector, text)];
			await box.press('Enter');
			return (await appeared()) - (await entered());
		},
	};
}

/** Enter in the web chat's own composer, as the account → visible in the neighbour's window. */
function namedSide(chat: Chat, page: Page, neighbour: Page, selector: string): Side {
	return {
		async send(text) {
			const key = await chat.write(page, text);
			await neighbour.waitForTimeout(600);
			const [entered, appeared] = [await watchForEnter(page), await watchForText(neighbour, selector, text)];
			await key.press('Enter');
			return (await appeared()) - (await entered());
		},
	};
}

async function measure(chat: Chat, haste: Haste, roundTrip: number): Promise<{ ours: number[]; own: number[]; trips: number[] }> {
	const scene = await chat.scene({ roundTrip });
	const settings = { delayMin: 0, delayMax: delays[haste], perMinute: 1000, perDay: 1000 };
	const author = await launchBauta({ sites: [scene.origin], frontend: scene.frontend, settings });
	const [plain, other] = [await launchBrowser({ extension: null }), await launchBrowser({ extension: null })];
	try {
		const page = await author.open(scene.page('author'));
		const own = await plain.open(scene.page('author'));
		const neighbour = await other.open(scene.page('neighbour'));
		for (const each of [page, own, neighbour]) await waitUntilReady(each, scene);
		await page.bringToFront();
		const sides = [
			anonymous(await turnOn(page), neighbour, scene.message.selector),
			namedSide(chat, own, neighbour, scene.message.selector),
		] as const;
		const result: { ours: number[]; own: number[]; trips: number[] } = { ours: [], own: [], trips: [] };
		for (let pair = -2; pair < pairs; pair++) {
			const first = pair & 1;
			for (const which of [first, 1 - first] as (0 | 1)[]) {
				const text = `measured message ${roundTrip} ${pair} ${which ? 'named' : 'anonymous'}`;
				const since = Date.now();
				const ms = await sides[which].send(text);
				if (pair < 0) continue;
				(which ? result.own : result.ours).push(ms);
				if (!which) result.trips.push(roundTrips(scene.recorder.connections, since, text));
				await neighbour.waitForTimeout(which ? restMs.hasty : restMs[haste]);
			}
			tellProgress(`${haste} sends, ${roundTrip} ms round trip`, pair + 1, pairs);
		}
		return result;
	} finally {
		for (const browser of [author, plain, other]) await browser.close();
		await scene.stop();
	}
}

/** How long an anonymous message takes from Enter to the other window, beside the account's own, near and far. */
export async function benchSend(network: keyof typeof chats): Promise<Figure[]> {
	const chat = chats[network];
	const [near, far] = [await measure(chat, 'hasty', 0), await measure(chat, 'hasty', 50)];
	const [ours, distant, trips] = [estimate(near.ours), estimate(far.ours), estimate(far.trips)];
	return [
		{ name: `${network}: anonymous send, loopback`, value: estimateText(ours, ' ms'), goal: '≤ 300 ms', met: ours.median <= 300 },
		{ name: `${network}: own send, loopback`, value: estimateText(estimate(near.own), ' ms'), goal: '', met: null },
		{ name: `${network}: anonymous send, 50 ms round trip`, value: estimateText(distant, ' ms'), goal: '', met: null },
		{ name: `${network}: own send, 50 ms round trip`, value: estimateText(estimate(far.own), ' ms'), goal: '', met: null },
		{
			name: `${network}: round trips until the message left, by the recorder`,
			value: estimateText(trips, ''),
			goal: '≤ 12',
			met: trips.median <= 12,
		},
		{
			name: `${network}: round trips, by the difference of both medians`,
			value: ((distant.median - ours.median) / 50).toFixed(1),
			goal: '',
			met: null,
		},
	];
}

/** The same with the pauses that hide the author's distance, and a delay of nothing: what *no delay* spares, and gives away (THREATS.md T5). */
export async function benchPausedSend(network: keyof typeof chats): Promise<Figure[]> {
	const { ours, own } = await measure(chats[network], 'paused', 0);
	return [
		{ name: `${network}: anonymous send with pauses, loopback`, value: spreadText(ours, ' ms'), goal: '', met: null },
		{ name: `${network}: own send beside it, loopback`, value: spreadText(own, ' ms'), goal: '', met: null },
	];
}
