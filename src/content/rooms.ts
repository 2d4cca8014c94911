import type { Frontend, OpenRoom } from '../frontends/frontend.ts';
import { BautaError } from '../messages/errors.ts';
import { faultText } from '../messages/fault-text.ts';
import type { Labelled, RoomRef, RoomState } from '../messages/rooms.ts';
import { ask } from './ask.ts';
import type { Closing } from './closed-rooms.ts';
import type { Reporter } from './frame-reporter.ts';
import { isAlive } from './is-alive.ts';
import { addLabels, clearLabels, drawLabels, hideMessages, labelOf, unasked } from './labels.ts';
import { hold } from './page-style.ts';
import { makePlace, type Place } from './room-view.ts';
import type { TapLink } from './tap-link.ts';
import { word } from './words.ts';

export interface RoomsOptions {
	frontend: Frontend;
	link: TapLink;
	closing: Closing;
	reporter: Reporter;
}

/** Every open room of the page: its switch, its composer, its labels. */
export interface Rooms {
	apply(state: RoomState): void;
	label(room: RoomRef, labels: Labelled[]): void;
	/** the page may show another room now */
	look(): void;
	toggle(): void;
	stop(): void;
	blocked(room: RoomRef): void;
	closedAround(element: Element): OpenRoom | null;
	reply(open: OpenRoom, button: Element): Promise<void>;
	stopped(open: OpenRoom): void;
}

export function startRooms({ frontend, link, closing, reporter }: RoomsOptions): Rooms {
	const states = new Map<string, RoomState>();
	const places = new Map<Element, Place>();
	const turning = new Set<string>();
	let dead = false;
	let announced = '';
	let scheduled = false;
	let asking: ReturnType<typeof setTimeout> | undefined;

	const placeOf = (address: string) => [...places.values()].find(({ open }) => open.room.address === address);
	const faultOf = (thrown: unknown) =>
		thrown instanceof BautaError ? faultText({ code: thrown.code, detail: thrown.detail }) : word('content_failed');

	/** Bauta was updated, disabled or died, or the site was: closed rooms stay closed until the page is loaded again, all else goes. */
	function stop(): void {
		if (dead) return;
		dead = true;
		clearInterval(pulse);
		for (const place of places.values()) place.closeFrame();
		clearLabels(
			frontend,
			[...places.values()].map(({ open }) => open),
		);
		schedule();
	}
	const alive = () => {
		if (!dead && !isAlive()) stop();
		return !dead;
	};
	const pulse = setInterval(() => {
		if (closing.any() && alive()) hold();
	}, 1000);

	function schedule(): void {
		if (scheduled) return;
		scheduled = true;
		// a frame that never comes (hidden tab) must not keep a closed room's switch away
		const run = () => {
			if (!scheduled) return;
			scheduled = false;
			clearTimeout(timer);
			refresh();
		};
		const timer = setTimeout(run, 200);
		requestAnimationFrame(run);
	}

	function refresh(): void {
		const open = frontend.rooms(document).filter(({ room }) => !dead || closing.has(room.address));
		for (const [view, place] of places) {
			const still = open.find((one) => one.view === view && one.room.address === place.open.room.address);
			if (still) place.open = still;
			else {
				place.remove();
				places.delete(view);
			}
		}
		for (const one of open) {
			const place = places.get(one.view) ?? makePlace(one, frontend, { press, hide });
			places.set(one.view, place);
			place.show({
				state: states.get(one.room.address),
				dead,
				closed: closing.has(one.room.address),
				turning: turning.has(one.room.address),
			});
			if (!dead) drawLabels(frontend, one);
		}
		if (dead) return;
		void announce(open.filter(({ direct }) => !direct));
		clearTimeout(asking);
		asking = setTimeout(() => void askLabels(), 600);
	}

	async function announce(open: OpenRoom[]): Promise<void> {
		const refs = [...new Map(open.map(({ room }) => [room.address, room])).values()];
		const list = refs.map(({ address }) => address).join('\n');
		if (list === announced) return;
		announced = list;
		const unseen = open.flatMap((one) => frontend.unseen?.(one) ?? []);
		for (const frame of unseen) reporter.add(frontend.network, { direction: 'out', ...frame });
		if (unseen.length > 0) await reporter.told();
		try {
			for (const state of (await ask('content.rooms', { rooms: refs })).rooms) apply(state);
		} catch {
			if (alive()) announced = '';
		}
	}

	async function askLabels(): Promise<void> {
		for (const { open } of places.values()) {
			if (open.direct || !alive()) continue;
			const messages = unasked(frontend, open);
			if (messages.length === 0) continue;
			const answer = await ask('content.unlabelled', { room: open.room, messages }).catch(() => null);
			if (answer) label(open.room, answer.labels);
		}
	}

	function apply(state: RoomState): void {
		if (dead) return;
		const { room } = state;
		states.set(room.address, state);
		hideMessages(frontend, room, state.hidden);
		if (state.on) void closing.close(frontend, room);
		else if (!turning.has(room.address)) closing.open(room);
		schedule();
	}

	function label(room: RoomRef, labels: Labelled[]): void {
		if (dead) return;
		addLabels(room, labels);
		schedule();
	}

	async function press(place: Place): Promise<void> {
		const { room } = place.open;
		const on = states.get(room.address)?.on !== true;
		if (turning.has(room.address) || !alive()) return;
		turning.add(room.address);
		place.warn('');
		// before it is asked: the composer may come before the answer
		place.focusNext(on);
		try {
			if (on) await closing.close(frontend, room);
			const answer = await ask('content.switch', { room, on });
			states.set(room.address, answer.room);
		} catch (thrown) {
			place.focusNext(false);
			if (alive()) place.warn(faultOf(thrown));
		}
		turning.delete(room.address);
		const state = states.get(room.address);
		if (state) apply(state);
		else if (!dead) closing.open(room);
		schedule();
	}

	async function hide(place: Place, hidden: boolean): Promise<void> {
		try {
			apply((await ask('content.hide', { room: place.open.room, hidden })).room);
		} catch (thrown) {
			place.warn(faultOf(thrown));
		}
	}

	async function reply(open: OpenRoom, button: Element): Promise<void> {
		const place = places.get(open.view);
		const message = frontend.messageAround(button);
		// the page's menu did not hear the click that was taken; a click beside it closes it
		document.body.click();
		if (!place || !message || !alive()) return;
		const id = await link.exactId(frontend.id, open.room.address, message.id, message.author);
		if (!id) return place.warn(word('content_no_reply_id'));
		const { author, excerpt } = frontend.quoted(message.element);
		const shown = labelOf(open.room, message) ? word('content_anonymous') : author;
		const target = { id, author: shown.slice(0, 100), excerpt: excerpt.slice(0, 200) };
		await ask('content.reply', { room: open.room, reply: target }).then(
			() => place.focusComposer(),
			(thrown) => place.warn(faultOf(thrown)),
		);
	}

	new MutationObserver(schedule).observe(document, {
		childList: true,
		subtree: true,
		characterData: true,
		attributes: true,
		attributeFilter: frontend.watched,
	});
	schedule();

	return {
		apply,
		label,
		look: schedule,
		stop,
		reply,
		closedAround(element) {
			for (const { open } of places.values()) if (closing.has(open.room.address) && open.view.contains(element)) return open;
			// a view that came this very moment
			return frontend.rooms(document).find(({ room, view }) => closing.has(room.address) && view.contains(element)) ?? null;
		},
		toggle() {
			const all = [...places.values()];
			const place =
				all.find(({ open }) => open.view.contains(document.activeElement)) ?? all.find(({ open }) => open.view.checkVisibility());
			place?.press();
		},
		blocked(room) {
			placeOf(room.address)?.warn(word('content_blocked'));
			if (closing.has(room.address) && alive()) ask('content.blocked', { room }).catch(() => null);
		},
		stopped: (open) => places.get(open.view)?.warn(word('content_actions')),
	};
}
