import { type Event, EventRepository, EventUtils, type Filter } from '@nostr-relay/common';
import { matchFilter, type Filter as ToolsFilter } from 'nostr-tools/filter';

/** All events of a relay, in memory. What is replaceable or addressable keeps its newest. */
export class EventStore extends EventRepository {
	readonly events = new Map<string, Event>();

	isSearchSupported(): boolean {
		return false;
	}

	async destroy(): Promise<void> {
		this.events.clear();
	}

	async upsert(event: Event): Promise<{ isDuplicate: boolean }> {
		const d = EventUtils.extractDTagValue(event);
		const place = d === null ? event.id : `${EventUtils.getAuthor(event)}:${event.kind}:${d}`;
		const before = this.events.get(place);
		if (before && (before.id === event.id || before.created_at > event.created_at)) return { isDuplicate: true };
		this.events.set(place, event);
		return { isDuplicate: false };
	}

	async find(filter: Filter): Promise<Event[]> {
		const newestFirst = [...this.events.values()].sort((one, other) => other.created_at - one.created_at);
		return newestFirst.filter((event) => matchFilter(filter as ToolsFilter, event)).slice(0, filter.limit ?? 500);
	}

	override async deleteByDeletionRequest(request: Event): Promise<void> {
		const author = EventUtils.getAuthor(request);
		const named = new Set(request.tags.filter((tag) => tag[0] === 'e').map((tag) => tag[1]));
		for (const [place, event] of this.events) if (named.has(event.id) && EventUtils.getAuthor(event) === author) this.events.delete(place);
		await this.upsert(request);
	}
}
