import type { Page } from 'playwright-core';
import { launchBauta } from '../../test/bauta.ts';
import { type Desktop, type DesktopNotice, openDesktop } from '../../test/desktop.ts';
import { until } from '../../test/until.ts';
import { composerOf, labelOn, turnOn, waitUntilReady } from './page.ts';
import { newPhrase } from './phrase.ts';
import type { Scene } from './scene.ts';
import { word } from './words.ts';

type Counts = Record<'named' | 'foreign' | 'mine', number>;

/** How often the author was rung by a message of each kind: on the desktop, as its bus had it, and by a sound, as the browser played or asked for it. */
export interface NotifyReport {
	desktop: Counts;
	sound: Counts;
}

/** What of a report is not as it should be, one sentence each. */
export function notifyFaults(report: NotifyReport): string[] {
	const wanted: Counts = { named: 1, foreign: 1, mine: 0 };
	return (['desktop', 'sound'] as const).flatMap((way) =>
		(['named', 'foreign', 'mine'] as const)
			.filter((kind) => report[way][kind] !== wanted[kind])
			.map((kind) => `${kind} rang ${report[way][kind]} times: ${way}`),
	);
}

/** The clock that the browser's media log goes by, in seconds: the machine's monotonic one. */
const monotonic = (): number => Number(process.hrtime.bigint()) / 1e9;

/** Every sound that a page plays from now on, as the browser's own media log has it, by `monotonic`. */
async function listenTo(page: Page): Promise<number[]> {
	const session = await page.context().newCDPSession(page);
	const sounds: number[] = [];
	session.on('Media.playerEventsAdded', ({ events }) => {
		for (const { timestamp, value } of events) if (/"event":\s*"kPlay"/.test(value)) sounds.push(timestamp);
	});
	await session.send('Media.enable');
	return sounds;
}

const isBauta = ({ title }: DesktopNotice) => title === word('content_anonymous');

/** Counts what one act has rung. Each ends with a message of either kind that does ring: what comes before these is the act's. */
function counting(scene: Scene, ringing: NonNullable<Scene['ringing']>, { notices }: Desktop, sounds: number[]) {
	let acts = 0;
	const byBauta = () => notices.filter(isBauta).length;
	/** waits until the next notification of Bauta's own is there */
	async function afterNext(act: () => Promise<void>): Promise<void> {
		const before = byBauta();
		await act();
		await until(() => byBauta() > before, 'Bauta’s notification');
	}
	const speak = async (text: string) => {
		await ringing.speak(text);
		await until(() => notices.some(({ body }) => body.includes(text)), 'the notification of an account’s message');
	};
	async function count(act: () => Promise<void>): Promise<{ desktop: number; sound: number }> {
		const [from, first, end] = [monotonic(), notices.length, `That was number ${++acts}.`];
		await act();
		await afterNext(() => scene.imitate('Anonymous fence', `${end} So say I.`));
		const to = monotonic();
		await speak(end);
		await until(() => sounds.some((at) => at >= to), 'the sound of an account’s message');
		// but the one that Bauta showed for the end
		const ofAct = notices.slice(first).filter(({ body }) => !body.includes(end));
		const played = sounds.filter((at) => at >= from && at < to).length + ofAct.filter((notice) => isBauta(notice) && !notice.silent).length;
		return { desktop: ofAct.length - 1, sound: played - 1 };
	}
	return { count, speak, afterNext };
}

/**
 * Plays three messages to an author whose web chat rings for each: an account's, somebody else's anonymous one and the author's own.
 * `say` hears what is going on.
 */
export async function playNotify(scene: Scene, say: (line: string) => void): Promise<NotifyReport> {
	if (!scene.ringing) throw new Error(`no web chat of ${scene.network} shows notifications`);
	const { ringing, origin, frontend } = scene;
	const desktop = await openDesktop();
	const closing = [() => desktop.close()];
	try {
		say('opening a desktop of its own, and the author’s window');
		const settings = { delayMin: 0, delayMax: 0, care: 'everyday' } as const;
		const browser = { headed: true, env: desktop.env, notifies: true, granted: true, shortPauses: true } as const;
		const bauta = await launchBauta({ phrase: newPhrase(), sites: [origin], frontend, settings, ...browser });
		closing.unshift(() => bauta.close());
		await bauta.context.grantPermissions(['notifications'], { origin });
		const page = await bauta.context.newPage();
		const sounds = await listenTo(page);
		await page.goto(ringing.page);
		await waitUntilReady(page, scene);
		const { count, speak, afterNext } = counting(scene, ringing, desktop, sounds);
		// what comes with the page's own start is over then
		await count(() => speak('Good evening.'));
		say('an account says something');
		const named = await count(() => speak('The meeting begins at six.'));
		say('somebody says something anonymously');
		const foreign = await count(() => afterNext(() => scene.imitate('Anonymous maple', 'Somebody should air the room.')));
		say('the author says something anonymously');
		const own = 'The heating has been off for three weeks.';
		const mine = await count(async () => {
			await turnOn(page);
			const composer = await composerOf(page);
			await composer.locator('textarea').fill(own);
			await composer.locator('textarea').press('Enter');
			await page.locator(scene.message.selector, { hasText: own }).waitFor();
			const { verdict } = await labelOn(page, own, scene.message.is);
			if (verdict !== 'mine') throw new Error(`the author’s own message is shown as ${verdict}`);
		});
		const counts = (way: 'desktop' | 'sound'): Counts => ({ named: named[way], foreign: foreign[way], mine: mine[way] });
		return { desktop: counts('desktop'), sound: counts('sound') };
	} finally {
		for (const close of closing) await close();
	}
}
