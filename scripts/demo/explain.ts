import { testPassphrase } from '../../test/setup.ts';
import type { Scene } from './scene.ts';

/** Tells a person what to do with the two windows. */
export function explain(scene: Scene, say: (line: string) => void): void {
	say(`Left: ${scene.account} in ${scene.chat}, with Bauta. Right: somebody else in the same room, without it.`);
	say('Press the Anonymous switch under the conversation, write, press Enter, and watch the right window.');
	say(`Bauta is unlocked; when it has locked itself, the passphrase is: ${testPassphrase}`);
	say('Close a window, or press Ctrl+C here, to end.');
}
