import { launchBauta, testPassphrase } from '../../test/bauta.ts';
import { launchBrowser } from '../../test/browser.ts';
import { newPhrase } from './phrase.ts';
import type { Scene } from './scene.ts';

/** Opens two windows for a person to play with, and resolves when one of them is closed, or `interrupted` is. */
export async function playInteractive(scene: Scene, interrupted: Promise<void>, say: (line: string) => void): Promise<void> {
	const window = (x: number) => [`--window-position=${x},40`, '--window-size=900,800'];
	const author = await launchBauta({
		phrase: newPhrase(),
		sites: [scene.origin],
		frontend: scene.frontend,
		settings: {},
		headed: 'here',
		flags: window(20),
	});
	const neighbour = await launchBrowser({ extension: null, headed: 'here', flags: window(940) });
	const closed = Promise.race([author, neighbour].map(({ context }) => new Promise((done) => context.once('close', done))));
	try {
		const page = await author.open(scene.page('author'));
		await (await neighbour.open(scene.page('neighbour'))).bringToFront();
		await scene.ready(page);
		await page.bringToFront();
		say(`Left: ${scene.account} in ${scene.chat}, with Bauta. Right: somebody else in the same room, without it.`);
		say('Press the Anonymous switch under the conversation, write, press Enter, and watch the right window.');
		say(`Bauta is unlocked; when it has locked itself, the passphrase is: ${testPassphrase}`);
		say('Close a window, or press Ctrl+C here, to end.');
		await Promise.race([closed, interrupted]);
	} finally {
		await Promise.allSettled([author.close(), neighbour.close()]);
	}
}
