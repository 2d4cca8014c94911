import { WebSocket } from 'ws';

interface Context {
	context: string;
	url: string;
	children: Context[] | null;
}

/** A WebDriver BiDi session: commands by number, answers by the same number (W3C WebDriver BiDi). */
export class Bidi {
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(fault: Error): void }>();
	#count = 0;

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on('message', (data) => this.#hear(String(data)));
		socket.on('close', () => {
			for (const { reject } of this.#waiting.values()) reject(new Error('the browser closed the session'));
			this.#waiting.clear();
		});
	}

	static async connect(url: string): Promise<Bidi> {
		const socket = new WebSocket(url);
		await new Promise((opened, failed) => {
			socket.on('open', opened);
			socket.on('error', failed);
		});
		const bidi = new Bidi(socket);
		await bidi.send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
		return bidi;
	}

	send(method: string, params: object = {}): Promise<unknown> {
		const id = ++this.#count;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject: (fault) => reject(new Error(`${method}: ${fault.message}`)) });
			this.#socket.send(JSON.stringify({ id, method, params }));
		});
	}

	/** Calls a function, given by its source, with JSON values. Returns what it gives, through JSON. Throws what it throws. */
	async call(target: object, source: string, values: unknown[]): Promise<unknown> {
		const functionDeclaration = `async (json) => { const given = await (${source})(...JSON.parse(json)); return JSON.stringify(given === undefined ? null : given); }`;
		const answer = (await this.send('script.callFunction', {
			functionDeclaration,
			awaitPromise: true,
			target,
			arguments: [{ type: 'string', value: JSON.stringify(values) }],
			userActivation: true,
		})) as { type: string; exceptionDetails: { text: string }; result: { value: string } };
		if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
		return JSON.parse(answer.result.value);
	}

	/** A context and all below it. */
	async contexts(root?: string): Promise<Context[]> {
		const { contexts } = (await this.send('browsingContext.getTree', root ? { root } : {})) as { contexts: Context[] };
		const flat = (list: Context[]): Context[] => list.flatMap((one) => [one, ...flat(one.children ?? [])]);
		return flat(contexts);
	}

	/** Ends browser and session. */
	async end(): Promise<void> {
		await this.send('browser.close').catch(() => undefined);
		this.#socket.terminate();
	}

	#hear(data: string): void {
		const message = JSON.parse(data) as { id?: number; type: string; error?: string; message?: string; result?: unknown };
		const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
		if (!waiting || message.id === undefined) return;
		this.#waiting.delete(message.id);
		if (message.type === 'error') waiting.reject(new Error(`${message.error}: ${message.message}`));
		else waiting.resolve(message.result);
	}
}
