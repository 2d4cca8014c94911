// The second half of `npm run demo`: demo.mjs starts it once everything is installed and built.
import { chromium } from './demo/chromium.ts';
import { firefox } from './demo/firefox.ts';
import { playHeadless } from './demo/headless.ts';
import { nostrScene } from './demo/nostr.ts';
import { notifyFaults, playNotify } from './demo/notify.ts';
import { faultsOf, type Scene } from './demo/scene.ts';
import { voiceFaults } from './demo/voice-report.ts';
import { playVoices } from './demo/voices.ts';
import { xmppScene } from './demo/xmpp.ts';

const scenes: Record<string, () => Promise<Scene>> = { nostr: nostrScene, xmpp: xmppScene };
const words = process.argv.slice(2);
const network = words.find((word) => !word.startsWith('--')) ?? '';
const player = words.includes('--firefox') ? firefox : chromium;
/** voices that speak more than once, which takes Chromium */
const isVoice = words.includes('--voice');
/** what rings, which takes Chromium and a web chat that shows notifications */
const isNotify = words.includes('--notify');
const json = words.includes('--json');
const say = (line: string) => process.stderr.write(`${line}\n`);
const text = 'The heating in the reading room has been off for three weeks.';

async function play(make: () => Promise<Scene>): Promise<boolean> {
	say(`starting a chat server and a real web chat for ${network}`);
	const scene = await make();
	const interruption = new Promise<void>((stop) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
	});
	try {
		if (!words.includes('--headless') && !isVoice && !isNotify) {
			await player.interactive(scene, interruption, say);
			return true;
		}
		const playing = isNotify
			? playNotify(scene, say).then((report) => ({ report, faults: notifyFaults(report) }))
			: isVoice
				? playVoices(scene, say).then((report) => ({ report, faults: voiceFaults(report) }))
				: playHeadless(scene, player, text, say).then((report) => ({ report, faults: faultsOf(report) }));
		const result = await Promise.race([playing, interruption]);
		if (!result) return false;
		const { report, faults } = result;
		process.stdout.write(`${json ? JSON.stringify(report) : JSON.stringify(report, null, '\t')}\n`);
		for (const fault of faults) say(`NOT AS IT SHOULD BE: ${fault}`);
		return faults.length === 0;
	} finally {
		await scene.stop();
	}
}

const isOfChromium = isVoice || isNotify;
const make = isOfChromium && player !== chromium ? undefined : isNotify && network !== 'xmpp' ? undefined : scenes[network];
if (isOfChromium && player !== chromium) say('--voice and --notify are played in Chromium: leave --firefox out');
else if (isNotify && network !== 'xmpp') say('--notify is played on xmpp: no web chat of the other networks here shows notifications');
else if (!make) say(`no demo called ${network}; there is: ${Object.keys(scenes).join(', ')}`);
// servers and browsers of an interrupted play end with this process
process.exit(make && (await play(make)) ? 0 : 1);
