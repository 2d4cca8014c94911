import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unlessAborted, withTimeLimit } from '../../src/platform/time-limit.ts';
import { collectEvidence } from '../../test/evidence.ts';
import { type RecordedConnection, type Recorder, startRecorder } from '../../test/servers/recorder.ts';
import { startRelay } from '../../test/servers/relay.ts';
import { testPassphrase } from '../../test/setup.ts';
import { patience, until } from '../../test/until.ts';
import { storedValues } from '../demo/page.ts';
import { newPhrase } from '../demo/phrase.ts';
import type { Actor, ChatTab, Composer } from './actor.ts';
import { linkAnother, lookAtVoices, openConnections, ownerOf, type Play, post, sendAsPage } from './acts.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';
import { isOwnStore, scanProfile } from './profile/scan.ts';
import { type BrowserName, type NetworkName, type Recording, recordingFolder, type WireConnection, writeRecording } from './recording.ts';
import { type Stage, setStage } from './stage.ts';
import { canariesOf, texts } from './texts.ts';
import { loginPath } from './wire.ts';

const root = join(import.meta.dirname, '../..');
/** How long one step may take, ms: what a browser never answers to would go on for ever, and be no verdict. */
const longestStep = 4 * patience;
const start: Record<BrowserName, typeof startChromium> = { chromium: startChromium, firefox: startFirefox };

function wireOf(
	recorder: Recorder,
	server: WireConnection['server'],
	owner: (connection: RecordedConnection) => WireConnection['owner'],
): WireConnection[] {
	return recorder.connections.map((connection) => ({
		server,
		owner: owner(connection),
		id: connection.id,
		sourcePort: connection.sourcePort,
		tls: connection.tls,
		opened: connection.opened,
		closed: connection.closed,
		requests: connection.exchanges.map(({ method, path, headers, body, at, status }) => ({ method, path, headers, body, at, status })),
		frames: connection.frames,
	}));
}

function writeRaw(folder: string, recorder: Recorder, server: string): void {
	mkdirSync(join(folder, 'raw'), { recursive: true });
	for (const { id, chunks } of recorder.connections)
		for (const way of ['out', 'in'] as const)
			writeFileSync(
				join(folder, 'raw', `${server}-${id}-${way}.bin`),
				Buffer.concat(chunks.filter(({ direction }) => direction === way).map(({ bytes }) => bytes)),
			);
}

const commit = () => {
	try {
		return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
	} catch {
		return '';
	}
};

/** Where everything stands before the scenario begins. */
interface Setting {
	phrase: string;
	certificate: Certificate;
	stage: Stage;
	sync: Recorder;
}
type Part = Pick<Recording, 'spied' | 'voices' | 'heap' | 'surfaces' | 'privately' | 'messages' | 'cookies' | 'archive' | 'canaries'>;

/** Bauta is set up, linked and synced, and the chat is open and has been looked at. */
async function begin({ actor, stage, step }: Play, { certificate, sync }: Setting): Promise<{ identity: string; tab: ChatTab }> {
	const identity = await step('link', () =>
		linkAnother(actor, () => start[actor.browser]({ phrase: null, certificate, isWatched: false })),
	);
	await step('sync', async () => {
		await actor.ask('sync.set', { identity, carrier: 'relay', relay: `wss://127.0.0.1:${sync.port}/` });
		await actor.ask('sync.now', { identity });
	});
	// what a browser would send along from now on: cookies and a password
	await step('log in', async () => {
		const page = await actor.open(`https://alice:secret@${stage.serverHost}${loginPath}`);
		await until(() => page.evaluate(() => document.title === 'Members', null), 'the login');
		await page.close();
	});
	const room = { network: stage.network, address: stage.room };
	const tab = await step('open', async () => {
		await actor.ask('site.wanted', { origin: stage.origin, frontend: stage.frontend, name: stage.frontend, hosts: [] });
		await actor.ask('site.granted', { origin: stage.origin });
		const answer = { site: stage.origin, hosts: [stage.serverHost], use: true };
		if (stage.network === 'nostr') await actor.ask('room.set', { room, answer });
		return actor.openChat(stage);
	});
	// what the browser opens beside the page's connections and says nothing on is no guest's
	const said = () => stage.recorder.connections.filter((one) => ownerOf(stage, one) === 'bauta').flatMap(({ frames }) => frames);
	const isSilent = () => openConnections(stage) === 0 && Date.now() - Math.max(...said().map(({ at }) => at)) > 15_000;
	// by their last word, however late on a busy machine: about the room, in which nobody has spoken yet; and the archive of what a page shows
	const lastWord = { xmpp: stage.room, nostr: '["REQ"' }[stage.network];
	await step('look', () =>
		until(() => said().some(({ direction, text }) => direction === 'out' && text.includes(lastWord)) && isSilent(), 'the looks to be over'),
	);
	return { identity, tab };
}

/** Posts in every mode, and answers somebody else. */
async function postAll(play: Play, tab: ChatTab): Promise<Composer> {
	const { stage, step } = play;
	const composer = await step('switch on', () => tab.turnOn());
	await step('write and erase', async () => {
		await composer.type(texts.erased);
		await composer.erase();
	});
	await post(play, tab, composer, 'one-time', 'slow');
	await composer.choose(2);
	await post(play, tab, composer, 'no-trace', 'slow');
	if (stage.network === 'xmpp') {
		await composer.choose(3);
		await post(play, tab, composer, 'keyless', 'none');
	}
	await composer.choose(1);
	await post(play, tab, composer, 'persona', 'none');
	await composer.choose(0);
	await step('others', async () => {
		for (const text of texts.others) await stage.othersSay(text);
		await until(
			() => tab.evaluate((words) => words.every((word) => document.body.textContent?.includes(word)), texts.others),
			'the others',
		);
	});
	await step('press reply', async () => {
		await tab.evaluate(
			({ selector, content, button }) => {
				const message = [...document.querySelectorAll(selector)].find((one) => one.textContent?.includes(content));
				const pressed = (message?.closest('converse-chat-message') ?? message)?.querySelector(button);
				if (pressed) pressed.id = 'reply-here';
			},
			{ selector: stage.message.selector, content: texts.others[1] ?? '', button: stage.replyButton },
		);
		await tab.reply('#reply-here');
		await composer.waitFor('.reply');
	});
	await post(play, tab, composer, 'one-time', 'none', true);
	return composer;
}

/** What the page heard and stored, and what is in memory before and after a lock. */
async function lookAround(
	play: Play,
	tab: ChatTab,
	composer: Composer,
	phrase: string,
): Promise<Pick<Part, 'spied' | 'heap' | 'surfaces' | 'canaries'>> {
	const { actor, stage, step } = play;
	// what it heard of others' acts, before it acts itself
	const learned = await tab.evaluate(() => {
		const { learned: all } = globalThis as unknown as { learned: { events: string[]; nodes: string[]; ports: number } };
		const windows = Object.getOwnPropertyNames(globalThis).filter((name) => /bauta/i.test(name));
		// the page's own scripts speak of what they look for
		const document = globalThis.document.documentElement.outerHTML.replace(/<script[\s\S]*?<\/script>/g, '');
		const loads = performance.getEntries().map(({ name }) => name);
		const traces = [document, ...loads].flatMap((text) => text.match(/.{0,60}(bauta|-extension:).{0,60}/gi) ?? []);
		return { events: all.events, nodes: all.nodes, ports: all.ports, windows, traces };
	}, null);
	await step('the page sends', () => sendAsPage(tab, texts.page));
	await step('write a draft', () => composer.type(texts.draft));
	const { canaries, secrets } = canariesOf(phrase, await actor.vaultKey(), stage);
	const surfaces = await actor.surfaces();
	const open = await step('unlock by hand', async () => {
		await actor.ask('vault.lock', {});
		await actor.unlockByHand(testPassphrase);
		return actor.heap(secrets, false);
	});
	const locked = await step('lock', async () => {
		await actor.ask('vault.lock', {});
		await new Promise((done) => setTimeout(done, 1000));
		return actor.heap(secrets, true);
	});
	await step('unlock', async () => {
		await actor.ask('vault.unlock', { passphrase: testPassphrase });
		await new Promise((done) => setTimeout(done, 2000));
	});
	const stored = await step('storage', () => Promise.all([texts.erased, texts.draft].map((text) => storedValues(tab, text))));
	return { spied: { ...learned, stored: stored.flat() }, heap: { open, locked }, surfaces, canaries };
}

/** The browser is started anew, a message is posted, the other device unlinked, and one message left waiting. */
async function goOn(play: Play, identity: string): Promise<void> {
	const { actor, stage, step } = play;
	await step('restart', async () => {
		await actor.restart();
		await actor.ask('vault.unlock', { passphrase: testPassphrase });
	});
	const tab = await step('open again', () => actor.openChat(stage, true));
	const composer = await step('go on', () => tab.goOn());
	await post(play, tab, composer, 'one-time', 'none');
	await step('unlink', async () => {
		const { devices = [] } = (await actor.ask('devices.state', {})).groups[0] ?? {};
		const other = devices.find(({ here }) => !here)?.id ?? '';
		await actor.ask('device.unlink', { identity, id: other, passphrase: testPassphrase });
		await actor.ask('sync.now', { identity });
	});
	await step('wait', async () => {
		await actor.ask('settings.set', { delayMin: 3600, delayMax: 3600 });
		await composer.erase();
		await composer.type(texts.waiting);
		await composer.enter();
		await until(async () => (await actor.ask('popup.state', { tab: null, quiet: true })).waiting.length > 0, 'the message in the outbox');
	});
}

/** Plays it from beginning to end, up to the browser's own end. */
async function playAll(play: Play, setting: Setting, say: (line: string) => void): Promise<Part> {
	const { actor, stage, step } = play;
	const { identity, tab } = await begin(play, setting);
	const composer = await postAll(play, tab);
	const around = await lookAround(play, tab, composer, setting.phrase);
	const voices = await lookAtVoices(play, setting.phrase);
	const messages = await actor.messages();
	await goOn(play, identity);
	around.surfaces.push(...(await actor.surfaces()));
	// the last step: where it fails, its row says that nothing was seen, and all others are judged
	const privately = await step('private window', () => actor.privately(stage)).catch(async (fault: Error) => {
		say(`${fault.stack}`);
		await collectEvidence(join(root, '.cache/failures', `leaks-private-${actor.browser}-${stage.network}`));
		const nothing = { vault: '', strays: [], before: [], after: [], elsewhere: [] };
		return { hosts: { privately: 0, elsewhere: 0 }, ...nothing };
	});
	messages.push(...(await actor.messages()));
	const [cookies, archive] = [await actor.cookies(), await stage.archive()];
	await step('end', () => actor.quit());
	return { ...around, voices, privately, messages, cookies, archive };
}

/**
 * Plays the scenario in one browser on one network, and writes down all that leaves and all that stays. `failed` is told before browser and servers
 * are ended because of a fault, which is thrown then.
 */
export async function play(browser: BrowserName, network: NetworkName, say: (line: string) => void, failed: () => void): Promise<void> {
	const certificate = makeCertificate();
	const stage = await setStage(network, certificate);
	const syncRelay = await startRelay();
	const sync = await startRecorder({ target: syncRelay.port, tls: certificate, keepsBytes: true });
	const setting = { phrase: newPhrase(), certificate, stage, sync };
	const steps: Recording['steps'] = [];
	const posts: Recording['posts'] = [];
	const began = Date.now();
	let actor: Actor | undefined;
	const step: Play['step'] = async (name, act) => {
		say(`${browser} ${network} ${((Date.now() - began) / 1000).toFixed(0)} s: ${name}`);
		const entry = { name, began: Date.now(), ended: 0 };
		steps.push(entry);
		try {
			return await withTimeLimit({ ms: longestStep, detail: name }, (signal) => unlessAborted(act(), signal));
		} finally {
			entry.ended = Date.now();
		}
	};
	try {
		actor = await step('set-up', () => start[browser]({ phrase: setting.phrase, certificate, isWatched: true }));
		const { id, version, profile } = actor;
		const { canaries, ...rest } = await playAll({ actor, stage, posts, step }, setting, say);
		const scan = scanProfile(profile, canaries, (path) => isOwnStore(path, id));
		for (const note of scan.notes) say(note);
		const recording: Recording = {
			meta: {
				...{ browser, network, version, at: new Date(began).toISOString(), commit: commit(), extensionId: id },
				...{ pageOrigin: stage.origin, serverHost: stage.serverHost, syncHost: `127.0.0.1:${sync.port}`, room: stage.room },
				...{ account: stage.account, wasRestarted: true },
			},
			...{ steps, posts, ...rest },
			connections: [...wireOf(stage.recorder, 'chat', (one) => ownerOf(stage, one)), ...wireOf(sync, 'sync', () => 'sync')],
			heard: stage.heardAnonymous(),
			canaries: canaries.map(({ name, kind }) => ({ name, kind })),
			profileFiles: scan.files,
			profileUnread: scan.notes,
			profile: scan.hits,
			requests: await actor.requests(),
		};
		const folder = recordingFolder(root, browser, network);
		writeRecording(folder, recording);
		writeRaw(folder, stage.recorder, 'chat');
		writeRaw(folder, sync, 'sync');
	} catch (fault) {
		// while the browser and the servers are still there to tell
		await collectEvidence(join(root, '.cache/failures', `leaks-${browser}-${network}`));
		failed();
		throw fault;
	} finally {
		await actor?.quit().catch(() => undefined);
		await actor?.discard();
		await sync.stop();
		await syncRelay.close();
		await stage.stop();
	}
}
