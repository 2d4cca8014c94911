import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type BrowserName, type NetworkName, type Recording, readRecording, recordingFolder } from './recording.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Plays a scenario in a process of its own. Its end searches a whole profile, for a minute and more: the servers of another scenario in the same
 * process would answer nothing meanwhile, and write down what came as of later. Throws what it failed with.
 */
export async function playApart(browser: BrowserName, network: NetworkName): Promise<Recording> {
	// its input ends with this process, by which it knows
	const child = fork(join(import.meta.dirname, 'play-one.ts'), [browser, network], { stdio: ['pipe', 2, 2, 'ipc'] });
	let fault = 'its process ended';
	child.on('message', (told) => {
		fault = String(told);
	});
	const code = await new Promise<number | null>((ended, failed) => child.once('exit', ended).once('error', failed));
	if (code !== 0) throw new Error(fault);
	return readRecording(recordingFolder(root, browser, network));
}
