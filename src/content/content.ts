/** The isolated script of an enabled site. Registered before the tap, so that the first handshake is the tap's. */
import browser from 'webextension-polyfill';
import { frontends } from '../frontends/all.ts';
import type { Frontend } from '../frontends/frontend.ts';
import type { ContentEvents } from '../messages/content.ts';
import { ask } from './ask.ts';
import { makeClosing } from './closed-rooms.ts';
import { frameReporter } from './frame-reporter.ts';
import { installGuards } from './guards.ts';
import { nameBy } from './labels.ts';
import { type Rooms, startRooms } from './rooms.ts';
import { linkTap } from './tap-link.ts';

let frontend: Frontend | null = null;
let rooms: Rooms | null = null;

const reporter = frameReporter((frames) => {
	if (!frontend?.heard) return;
	for (const { direction, data } of frames) frontend.heard(direction, data);
	rooms?.look();
});
const link = linkTap(reporter.add, (room) => rooms?.blocked(room));
const closing = makeClosing(link);
installGuards({
	frontend: () => frontend,
	closedAround: (element) => rooms?.closedAround(element) ?? null,
	reply: (open, button) => void rooms?.reply(open, button),
	stopped: (open) => rooms?.stopped(open),
});

/** A page that is rendered ahead is in no tab yet: what it said would be said for the page that is on show. */
async function onShow(): Promise<void> {
	if (!(document as { prerendering?: boolean }).prerendering) return;
	await new Promise((shown) => document.addEventListener('prerenderingchange', shown, { once: true }));
}

async function begin(found: Frontend): Promise<void> {
	frontend = found;
	await onShow();
	nameBy(found);
	if (found.unseen) link.hearWorkers();
	try {
		const { rooms: states } = await ask('content.hello', { frontend: found.id, network: found.network });
		// closed before anything that waits may leave
		await Promise.all(states.filter(({ on }) => on).map(({ room }) => closing.close(found, room)));
		rooms = startRooms({ frontend: found, link, closing, reporter });
		for (const state of states) rooms.apply(state);
		reporter.start();
	} catch {
		// a site that was disabled meanwhile: nothing of Bauta's is here
	}
	closing.settle();
}

const detector = new MutationObserver(() => {
	if (!frontend) {
		const found = frontends.find((known) => known.detect(document));
		if (found) void begin(found);
	}
	if (frontend) detector.disconnect();
});
detector.observe(document, { childList: true, subtree: true });
addEventListener('DOMContentLoaded', () => frontend ?? setTimeout(() => closing.settle(), 2000));

browser.runtime.onMessage.addListener((message: unknown) => {
	const { event, body } = (message ?? {}) as { [E in keyof ContentEvents]: { event: E; body: ContentEvents[E] } }[keyof ContentEvents];
	if (event === 'room') rooms?.apply(body.room);
	else if (event === 'labels') rooms?.label(body.room, body.labels);
	else if (event === 'toggle') rooms?.toggle();
	else if (event === 'stop') rooms?.stop();
	return undefined;
});
