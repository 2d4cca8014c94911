// Plays one scenario and writes its recording down: the process that `playApart` starts.

import { play } from './play.ts';
import type { BrowserName, NetworkName } from './recording.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
/** how long the browser and the servers of a scenario that failed may take to end, ms */
const farewellMs = 60_000;
const [browser, network] = process.argv.slice(2) as [BrowserName, NetworkName];

// who started this is gone: browsers and servers end with this process
process.stdin.on('close', () => process.exit(1)).resume();

await play(browser, network, say, () => setTimeout(() => process.exit(1), farewellMs)).catch(async (fault: unknown) => {
	say(String(fault instanceof Error ? fault.stack : fault));
	const message = fault instanceof Error ? fault.message : String(fault);
	await new Promise<unknown>((told) => process.send?.(message, undefined, undefined, () => told(null)));
	process.exitCode = 1;
});
process.exit();
