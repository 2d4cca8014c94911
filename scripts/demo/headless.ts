import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { storedValues, watchForEnter, watchForText } from './page.ts';
import { newPhrase } from './phrase.ts';
import type { Person, Report, Scene } from './scene.ts';
import type { PageOrFrame, Player, Window } from './window.ts';

const root = join(import.meta.dirname, '../..');

/** Author and text of the message as a page without Bauta shows it; empty where it does not. */
function readMessage(page: PageOrFrame, { message }: Scene, text: string): Promise<{ author: string; text: string }> {
	return page.evaluate(
		({ selector, author, body, content }) => {
			const element = [...document.querySelectorAll(selector)].find((candidate) => candidate.textContent?.includes(content));
			return {
				author: element?.querySelector(author)?.textContent?.trim() ?? '',
				text: element?.querySelector(body)?.textContent?.trim() ?? '',
			};
		},
		{ selector: message.selector, author: message.author, body: message.text, content: text },
	);
}

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));

/**
 * Plays the whole journey with real browsers and nobody watching: the author posts once, and every window tells what it shows.
 * `say` hears what is going on.
 */
export async function playHeadless(scene: Scene, { browser, open }: Player, text: string, say: (line: string) => void): Promise<Report> {
	const windows: Window[] = [];
	const pictures: string[] = [];
	const folder = join('pictures', browser === 'chromium' ? scene.network : `${scene.network}-${browser}`);
	const picture = async (window: Window, name: string) => {
		mkdirSync(join(root, folder), { recursive: true });
		const path = join(folder, `${pictures.length + 1}-${name}.png`);
		await window.picture(join(root, path));
		pictures.push(path);
	};
	const enter = async (person: Person, phrase: string | null) => {
		const window = await open(scene, person, phrase);
		windows.push(window);
		return window;
	};
	try {
		const phrase = newPhrase();
		say('opening four windows: the author, the author’s other device, a user of Bauta, somebody without it');
		// all at once: a window that is there does not wait for the others
		const opening = [enter('author', phrase), enter('author', phrase), enter('stranger', newPhrase()), enter('neighbour', null)] as const;
		// those that come although another one failed are closed as well
		await Promise.allSettled(opening);
		const [device, author, stranger, neighbour] = await Promise.all(opening);

		await author.front();
		const startTime = Date.now();
		const composer = await author.turnOn();
		await picture(author, 'switch-on');
		await composer.type(text);
		await picture(author, 'composer');
		// long enough for a page to store what it takes for a draft
		await pause(2000);
		const drafts = (await storedValues(author, text)).length;
		const enterTime = await watchForEnter(composer);
		const textTime = await watchForText(neighbour, scene.message.selector, text);
		say('the author presses Enter');
		await composer.enter();
		const sendMs = Math.round((await textTime()) - (await enterTime()));
		say(`visible to somebody without Bauta after ${sendMs} ms`);

		const withoutBauta = await readMessage(neighbour, scene, text);
		const otherUser = await stranger.labelOn(text);
		const authorOtherDevice = await device.labelOn(text);
		await author.labelOn(text);
		await picture(neighbour, 'without-bauta');
		await picture(stranger, 'other-user');
		await picture(device, 'author-other-device');
		await picture(author, 'author');
		await pause(1500);
		const ownAfterwards = scene.own([...(await storedValues(author, text)), ...(await storedValues(device, text))]);
		return {
			network: scene.network,
			frontend: scene.frontend,
			text,
			sendMs,
			views: { withoutBauta, otherUser, authorOtherDevice },
			account: { name: scene.account, drafts: drafts + ownAfterwards, ...scene.wire(startTime) },
			pictures,
		};
	} finally {
		await Promise.all(windows.map((window) => window.close()));
	}
}
