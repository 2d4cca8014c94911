import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, doneFor, readTls } from './config.ts';
import { makeServer } from './connect/server.ts';
import { makePush } from './delivery/push.ts';
import { Pushes } from './delivery/pushes.ts';
import { type Outcome, sendPush } from './delivery/send.ts';
import { parseToken } from './delivery/token.ts';
import type { Installation } from './installations/installation.ts';
import { Registry } from './installations/registry.ts';
import { FolderStore, memoryStore } from './installations/store.ts';
import { answerRequest } from './requests.ts';
import { drawFor } from './rooms/digest.ts';
import { Followers } from './rooms/followers.ts';
import { parseTopic, type Topic } from './rooms/topic.ts';
import { type Patience, usualPatience } from './sources/back-off.ts';
import { NostrSource } from './sources/nostr.ts';
import type { Source, Take } from './sources/source.ts';
import { XmppSource } from './sources/xmpp.ts';
import { XmtpSource } from './sources/xmtp.ts';
import { type Clock, dayMs, JumpWatch, machineClock } from './time/clock.ts';

/** What tests change of the world. */
export interface Surroundings {
	clock: Clock;
	patience: Patience;
	/** the chance of a cover, from 0 to 1 */
	draw: typeof drawFor;
	/** a line of the log: counts and faults of its own, no room, no text, and nothing that follows from who wrote what */
	log(line: string): void;
}

/** A notifier that runs. */
export interface Notifier {
	port: number;
	/** a message of a room, as the sources hand it on */
	take: Take;
	/** what is due by the clock: ends of windows, pushes, purges. Runs by itself every second */
	tick(): Promise<void>;
	stop(): Promise<void>;
}

const tickMs = 1000;
const hourMs = 3_600_000;

/** Starts a notifier. Throws where the disk, the port or the feed is not to be had; then nothing runs. */
export async function startNotifier(config: Config, changes: Partial<Surroundings> = {}): Promise<Notifier> {
	const usual: Surroundings = { clock: machineClock, patience: usualPatience, draw: drawFor, log: () => {} };
	const { clock, patience, draw, log } = { ...usual, ...changes };
	const jumps = new JumpWatch(clock);
	const registry = new Registry(config.memoryOnly ? memoryStore : new FolderStore(config.data as string), clock, jumps);
	const followers = new Followers({ interval: config.digestMinutes * 60_000, cover: config.cover }, draw);
	const take: Take = (topic, read) => followers.take(topic, read);
	const xmtp = new XmtpSource(take);
	const sources: Source[] = [
		new NostrSource(config.nostr?.relays ?? [], take, clock, patience),
		new XmppSource(config.xmpp, take, clock, patience),
		xmtp,
	];
	const sourceOf = (topic: Topic): Source | undefined => sources.find((source) => source.watches(topic));
	const pushes = new Pushes((id) => push(config, registry.get(id)), clock);
	registry.listen((before, after) => {
		const { firstFollowed, lastLeft } = followers.follow(before, after, clock.now());
		for (const topic of lastLeft.map(parseTopic)) if (topic) sourceOf(topic)?.end(topic);
		for (const topic of firstFollowed.map(parseTopic)) if (topic) sourceOf(topic)?.begin(topic);
		const id = (after ?? before)?.id ?? '';
		if (before?.token !== after?.token) pushes.forget(id);
		else pushes.welcome(id);
	});
	const secretHashes = new Set(config.secrets);
	const context = {
		registry,
		clock,
		jumps,
		rules: { ...config, digestSeconds: config.digestMinutes * 60 },
		watches: (topic: Topic) => sourceOf(topic) !== undefined,
		stateOf(id: string) {
			const topic = parseTopic(id);
			return (topic && sourceOf(topic)?.stateOf(topic)) ?? 'refused';
		},
		deliveryOf: (id: string) => pushes.outcomeOf(id) ?? '',
	};
	const server = makeServer({
		secretHashes,
		clock,
		answer: (method, request, hash) => answerRequest(context, method, request, hash),
		tls: config.tls && (await readTls(config.tls)),
		onFault: (thrown) =>
			log(`fault: ${thrown instanceof Error ? `${thrown.name} ${(thrown as NodeJS.ErrnoException).code ?? ''}` : 'unknown'}`),
	});
	const stopSources = () => {
		for (const source of sources) source.stop();
	};
	try {
		if (config.xmtp) await xmtp.open(config.xmtp.feed);
		await doneFor('data', () => registry.load(secretHashes));
		await listening(server, config.listen);
	} catch (thrown) {
		// what was loaded is watched already: without a port that would go on for nobody
		stopSources();
		server.close();
		throw thrown;
	}

	const isRead = (topic: string) => context.stateOf(topic) === 'watching';
	for (const source of sources) source.onLoss = (topic) => followers.lookAfter(isRead, [topic]);
	const tick = makeTick({ clock, jumps, registry, followers, pushes, log, isRead });
	const timer = setInterval(() => void tick().catch(() => log('fault: the disk')), tickMs);
	const { port } = server.address() as AddressInfo;
	log(`listening on ${config.listen.host}:${port}`);
	return {
		port,
		take,
		tick,
		async stop() {
			clearInterval(timer);
			stopSources();
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
			await registry.settle();
		},
	};
}

function listening(server: Server, { host, port }: Config['listen']): Promise<void> {
	return new Promise((ready, fail) => {
		server.once('error', fail);
		server.listen(port, host, ready);
	});
}

interface TickParts extends Pick<Surroundings, 'clock' | 'log'> {
	jumps: JumpWatch;
	registry: Registry;
	followers: Followers;
	pushes: Pushes;
	isRead(topic: string): boolean;
}

/** What is done each second: looks at the clock, ends windows, forgets once a day, and sends what is due. */
function makeTick({ clock, jumps, registry, followers, pushes, log, isRead }: TickParts): () => Promise<void> {
	let lastPurge = clock.steady();
	let isTrusted = true;
	return async () => {
		if (jumps.isTrusted() !== isTrusted) {
			isTrusted = !isTrusted;
			log(isTrusted ? 'the clock counts again' : 'the clock has jumped by half a period or more: nothing is forgotten for a day');
		}
		followers.lookAfter(isRead);
		for (const id of followers.endWindows(clock.now())) pushes.add(id);
		if (clock.steady() - lastPurge >= dayMs) {
			// where the disk fails it is tried again in an hour, and not each second
			lastPurge = clock.steady() - dayMs + hourMs;
			const gone = await registry.purge();
			lastPurge = clock.steady();
			const count = [...registry.all()].length;
			log(
				`${count} installations, ${followers.count} rooms, ${pushes.failing} not reached; forgot ${gone.keys} keys, ${gone.installations} installations`,
			);
		}
		await pushes.flush();
	};
}

/** Sends a push; to nobody where the installation has gone meanwhile, or its host is no longer allowed. */
async function push(config: Config, installation: Installation | undefined): Promise<Outcome> {
	if (!installation) return 'gone';
	const { token, subscriptions } = installation;
	const isSilent = [...subscriptions.values()].every((subscription) => subscription.isSilent);
	let request: ReturnType<typeof makePush>;
	try {
		request = makePush(parseToken(token, config), config, isSilent);
	} catch {
		return 'not-allowed';
	}
	return sendPush(request, config.allowPrivate);
}
