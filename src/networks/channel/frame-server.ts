import { faultOf } from '../../messages/errors.ts';
import type { ChannelSocket } from './channel.ts';
import type { ChannelCommand, ChannelEvent } from './commands.ts';
import { cleanFetch, cleanSocket } from './connections.ts';
import { searchInWorker } from './proof-of-work.ts';

/**
 * The same address under the name of a guest. Chromium adds a password that it keeps for the host to a WebSocket, at once or when the server
 * asks, and nothing takes it off: but not where the address has a name in it (THREATS.md N3).
 */
function asGuest(url: string): string {
	const address = new URL(url);
	address.username = 'guest';
	return address.href;
}

/** The frame's side of a channel: does what is asked and tells what came of it. */
export class ChannelServer {
	readonly #tell: (event: ChannelEvent) => void;
	readonly #running = new Map<number, { end: AbortController; socket?: ChannelSocket }>();

	constructor(tell: (event: ChannelEvent) => void) {
		this.#tell = tell;
	}

	do(command: ChannelCommand): void {
		const { id } = command;
		const running = this.#running.get(id);
		if (command.kind === 'send') void running?.socket?.send(command.data).then(() => this.#tell({ id, kind: 'sent' }));
		else if (command.kind === 'end') {
			running?.end.abort();
			running?.socket?.close();
		} else this.#start(command);
	}

	#start(command: Exclude<ChannelCommand, { kind: 'send' | 'end' }>): void {
		const { id } = command;
		void this.#run(command).catch((thrown) => {
			this.#running.delete(id);
			this.#tell({ id, kind: 'failed', ...faultOf(thrown) });
		});
	}

	async #run(command: Exclude<ChannelCommand, { kind: 'send' | 'end' }>): Promise<void> {
		const { id } = command;
		const end = new AbortController();
		this.#running.set(id, { end });
		if (command.kind === 'fetch') {
			const response = await cleanFetch({ ...command.request, signal: end.signal });
			this.#tell({ id, kind: 'answer', response });
		} else if (command.kind === 'search') {
			const counter = await searchInWorker(command.search, end.signal, (tried) => this.#tell({ id, kind: 'tried', tried }));
			this.#tell({ id, kind: 'counter', counter });
		} else {
			const socket = await cleanSocket(asGuest(command.url), command.protocols, end.signal);
			this.#running.set(id, { end, socket });
			this.#tell({ id, kind: 'opened' });
			// ends by throwing: the socket closed
			for (;;) this.#tell({ id, kind: 'data', data: await socket.receive(end.signal) });
		}
		this.#running.delete(id);
	}
}
