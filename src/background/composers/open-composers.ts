import type { ComposerEvent } from '../../messages/composer.ts';
import { type RoomRef, sameRoom } from '../../messages/rooms.ts';
import type { Runtime } from '../../platform/api/browser.ts';
import { onOutboxChange } from '../outbox/changes.ts';
import { onRoomChange } from '../pages/room-state.ts';
import { onVoicesChange } from '../state/document.ts';
import { tellTab } from '../state/tabs.ts';
import { composerState } from './composer-state.ts';
import type { Binding } from './tickets.ts';

/** A composer whose port is open. */
export interface OpenComposer {
	port: Runtime.Port;
	binding: Binding;
	/** the name by which it comes back when its port was lost */
	session: string;
	/** what it handed over before the lock while the send of this serial was not answered; `kept`: once that is kept */
	handOver?: { serial: number; kept: Promise<void> };
}

const openComposers = new Set<OpenComposer>();

/** Takes a composer in until its port closes. `end` resolves once it has: that may have been before. */
export function addComposer(composer: OpenComposer, end: Promise<void>): void {
	openComposers.add(composer);
	const tellPage = (there: boolean) => {
		const { tab, beside, ticket = '' } = composer.binding;
		if (!beside) void tellTab(tab, 'composer', { ticket, there });
	};
	tellPage(true);
	void end.then(() => {
		openComposers.delete(composer);
		// it may have come back by another port, before this one was seen to be gone
		if (![...openComposers].some(({ binding }) => binding.ticket === composer.binding.ticket)) tellPage(false);
	});
}

/** Tells a composer something; one whose port is gone hears no more. */
export function tellComposer(composer: OpenComposer, event: ComposerEvent): void {
	try {
		composer.port.postMessage(event);
	} catch {
		openComposers.delete(composer);
	}
}

/** Tells a composer everything that it shows. */
export async function pushState(composer: OpenComposer): Promise<void> {
	tellComposer(composer, { kind: 'state', state: await composerState(composer.binding), session: composer.session });
}

const composersOf = (room: RoomRef): OpenComposer[] => [...openComposers].filter(({ binding }) => sameRoom(binding.room, room));

/** Tells the composer of a room in a tab that the page took its focus. */
export function tellTheft(tab: number, room: RoomRef): void {
	for (const composer of composersOf(room)) if (composer.binding.tab === tab) tellComposer(composer, { kind: 'stolen' });
}

/** Keeps what every open composer shows up to date. */
export function followChanges(): void {
	onRoomChange((tab, room) => {
		for (const composer of composersOf(room)) if (composer.binding.tab === tab) void pushState(composer);
	});
	onVoicesChange(() => {
		for (const composer of openComposers) void pushState(composer);
	});
	onOutboxChange(({ site, room, delivered: id, relays }) => {
		for (const composer of composersOf(room)) {
			if (composer.binding.site !== site) continue;
			if (id) tellComposer(composer, { kind: 'delivered', id, ...(relays ? { relays } : {}) });
			void pushState(composer);
		}
	});
}
