import { BautaError } from '../../messages/errors.ts';
import { closeOffscreen, openOffscreen, setHeaderRules } from '../../platform/channel.ts';
import { channelHasFrame } from '../../platform/channel-frame.ts';
import { ChosenRoute } from '../../platform/proxy.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { unlessAborted, withTimeLimit } from '../../platform/time-limit.ts';
import { BackgroundChannel } from './background.ts';
import type { Channel } from './channel.ts';
import { RemoteChannel } from './remote.ts';

type Port = Awaited<ReturnType<typeof openOffscreen>>;

/** A document made ahead is thrown away when nothing was sent for so long. */
const preparedFor = 60_000;
/** Longer than the most work a relay may ask for (NIP-13); a channel that nobody closed must not hold up the next one for ever. */
const longest = 45 * 60_000;
/** how long a document may take to be made */
const documentMs = 10_000;

/** Chromium has one offscreen document at a time, and header rules name one page: uses follow one another. */
let turn: Promise<void> = Promise.resolve();
let documentAhead: { port: Promise<Port>; timer: ReturnType<typeof setTimeout> } | null = null;
/** channels in use */
let openCount = 0;

/** A document that is still being made can be neither closed nor replaced. */
const documents = new SerialQueue();

const freshDocument = (): Promise<Port> => documents.run(makeDocument);

async function makeDocument(): Promise<Port> {
	await closeOffscreen();
	const token = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
	return withTimeLimit({ ms: documentMs, detail: 'channel' }, (signal) => unlessAborted(openOffscreen(token), signal));
}

/** The document made ahead, if there is one whose port is still open, else a new one. */
async function takeDocument(): Promise<Port> {
	const ahead = documentAhead;
	documentAhead = null;
	if (!ahead) return freshDocument();
	clearTimeout(ahead.timer);
	return ahead.port.catch(() => freshDocument());
}

const documentInTime = (signal: AbortSignal): Promise<Port> =>
	withTimeLimit({ ms: documentMs, signal, detail: 'channel' }, (until) => unlessAborted(takeDocument(), until));

/** Channels of one page that are open together, and their turn. Only where a channel needs no document (Firefox). */
let together: { rules: string; count: number; turn: Promise<() => void> } | null = null;

/** As `takeTurn`; but where they need no document, the channels of one set of header rules share a turn. `rules`: what tells one set from another. */
async function takeSharedTurn(rules: string, signal: AbortSignal): Promise<() => void> {
	if (channelHasFrame) return takeTurn(signal);
	if (together?.rules !== rules) together = { rules, count: 0, turn: takeTurn(new AbortController().signal) };
	const mine = together;
	mine.count++;
	const leave = () => {
		mine.count--;
		if (mine.count > 0) return;
		if (together === mine) together = null;
		void mine.turn.then((release) => release());
	};
	await unlessAborted(mine.turn, signal).catch((thrown) => {
		leave();
		throw thrown;
	});
	return leave;
}

/** Waits until every earlier use is over; the returned function lets the next one in. */
async function takeTurn(signal: AbortSignal): Promise<() => void> {
	const before = turn;
	let release: () => void = () => {};
	turn = new Promise((resolve) => {
		release = resolve;
	});
	// a caller that gave up lets the next one in only when its own turn has come
	void before.then(() => signal.aborted && release());
	await unlessAborted(before, signal);
	return release;
}

/** Firefox. Throws what `ChosenRoute` throws; nothing goes another way then. */
async function backgroundChannel(origin: string, done: () => void): Promise<Channel> {
	if (__TARGET__ !== 'firefox') return new BackgroundChannel(origin, null, done);
	const route = new ChosenRoute();
	await route.current();
	return new BackgroundChannel(origin, route, done);
}

/**
 * Opens a channel that shares nothing with the page, nor with the channel before it. `origin` is the chat's own page origin, which servers
 * of its own site see, and no others. `bearer`: its requests carry a secret of the user's; such a channel is never a chat's. In Chromium only one is open at a time, in Firefox those of one page: the call waits for its turn. Throws
 * `cancelled`, `timed-out`, `unclean-channel`, `proxy-permission`.
 */
export async function openChannel({ origin, signal, bearer }: { origin: string; signal: AbortSignal; bearer?: boolean }): Promise<Channel> {
	const release = await takeSharedTurn(`${origin} ${bearer === true}`, signal);
	let timer: ReturnType<typeof setTimeout> | undefined;
	openCount++;
	const done = () => {
		clearTimeout(timer);
		openCount--;
		const closed = channelHasFrame ? documents.run(closeOffscreen).catch(() => {}) : Promise.resolve();
		void closed.then(release);
	};
	try {
		await setHeaderRules(origin, bearer);
		const channel =
			channelHasFrame && __TARGET__ === 'chrome'
				? new RemoteChannel(origin, await documentInTime(signal), done)
				: await backgroundChannel(origin, done);
		timer = setTimeout(() => channel.close(), longest);
		return channel;
	} catch (thrown) {
		done();
		throw thrown instanceof BautaError ? thrown : new BautaError('unclean-channel');
	}
}

/** Makes the next channel's document ahead, because a message is likely soon (Chromium; elsewhere there is nothing to make). */
export function prepareChannel(_origin: string): void {
	if (!channelHasFrame || documentAhead || openCount > 0) return;
	// the document of a channel that is just being closed has to be gone first
	const port = turn.then(freshDocument);
	const timer = setTimeout(() => {
		documentAhead = null;
		void closeOffscreen().catch(() => {});
	}, preparedFor);
	documentAhead = { port, timer };
	const forgetIt = () => {
		if (documentAhead?.port !== port) return;
		clearTimeout(timer);
		documentAhead = null;
	};
	void port.then((opened) => opened.onDisconnect.addListener(forgetIt), forgetIt);
}
