import type { Topic } from '../rooms/topic.ts';
import type { Clock } from '../time/clock.ts';
import { usualPatience } from './back-off.ts';
import { RoomService, type XmppService } from './room-service.ts';
import type { RoomState, Source, Take } from './source.ts';

/** XMPP rooms of the services that the operator has named. */
export class XmppSource implements Source {
	readonly #services: Map<string, RoomService>;
	onLoss = (_topic: string): void => {};

	constructor(services: readonly XmppService[], take: Take, clock: Clock, patience = usualPatience) {
		const onLoss = (topic: string) => this.onLoss(topic);
		this.#services = new Map(services.map((service) => [service.rooms, new RoomService(service, take, clock, patience, onLoss)]));
	}

	watches(topic: Topic): boolean {
		return topic.network === 'xmpp' && this.#services.has(topic.service);
	}

	begin(topic: Topic): void {
		if (topic.network === 'xmpp') this.#services.get(topic.service)?.add(topic.jid, topic.id);
	}

	end(topic: Topic): void {
		if (topic.network === 'xmpp') this.#services.get(topic.service)?.remove(topic.jid);
	}

	stateOf(topic: Topic): RoomState {
		return (topic.network === 'xmpp' ? this.#services.get(topic.service)?.stateOf(topic.jid) : null) ?? 'unreachable';
	}

	stop(): void {
		for (const service of this.#services.values()) service.stop();
	}
}
