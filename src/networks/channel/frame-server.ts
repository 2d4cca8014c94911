import { BautaError, errorRecord } from '../../messages/errors.ts';
import type { ChannelSocket, CounterSearch } from './channel.ts';
import type { ChannelCommand, ChannelEvent } from './commands.ts';
import { cleanFetch, cleanSocket } from './connections.ts';

/** Does proof of work (NIP-13) in a thread of its own; given where the frame may start one. */
export type CounterFinder = (search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void) => Promise<string>;

/** The frame's side of a channel: does what is asked and tells what came of it. */
export class ChannelServer {
	readonly #tell: (event: ChannelEvent) => void;
	readonly #inSandbox: boolean;
	readonly #findCounter: CounterFinder | undefined;
	readonly #running = new Map<number, { end: AbortController; socket?: ChannelSocket }>();

	constructor(tell: (event: ChannelEvent) => void, inSandbox: boolean, findCounter?: CounterFinder) {
		this.#tell = tell;
		this.#inSandbox = inSandbox;
		this.#findCounter = findCounter;
	}

	do(command: ChannelCommand): void {
		const { id } = command;
		const running = this.#running.get(id);
		if (command.kind === 'send') running?.socket?.send(command.data);
		else if (command.kind === 'end') {
			running?.end.abort();
			running?.socket?.close();
		} else this.#start(command);
	}

	#start(command: Exclude<ChannelCommand, { kind: 'send' | 'end' }>): void {
		const { id } = command;
		void this.#run(command).catch((thrown) => {
			this.#running.delete(id);
			this.#tell({ id, kind: 'failed', ...errorRecord(thrown) });
		});
	}

	async #run(command: Exclude<ChannelCommand, { kind: 'send' | 'end' }>): Promise<void> {
		const { id } = command;
		const end = new AbortController();
		this.#running.set(id, { end });
		if (command.kind === 'fetch') {
			const response = await cleanFetch({ ...command.request, signal: end.signal }, this.#inSandbox);
			this.#tell({ id, kind: 'answer', response });
		} else if (command.kind === 'search') {
			if (!this.#findCounter) throw new BautaError('internal');
			const counter = await this.#findCounter(command.search, end.signal, (tried) => this.#tell({ id, kind: 'tried', tried }));
			this.#tell({ id, kind: 'counter', counter });
		} else {
			const socket = await cleanSocket(command.url, command.protocols, end.signal);
			this.#running.set(id, { end, socket });
			this.#tell({ id, kind: 'opened' });
			// ends by throwing: the socket closed
			for (;;) this.#tell({ id, kind: 'data', data: await socket.receive(end.signal) });
		}
		this.#running.delete(id);
	}
}
