import { WebSocket } from 'ws';

/** A DOM node as the session hands it over; `shadowRoot` also where it is closed. */
interface RemoteNode {
	type: string;
	sharedId: string;
	value?: { mode?: string; shadowRoot?: RemoteNode | null };
}

interface Context {
	context: string;
	url: string;
	children: Context[] | null;
}

/** W3C WebDriver BiDi §7.6.3.1 */
interface LogEntry {
	level: string;
	text: string | null;
	/** unix ms */
	timestamp: number;
	stackTrace?: { callFrames: { url: string }[] };
}

/** most lines of the browser's consoles that are remembered */
const consoleLines = 2000;

/** A WebDriver BiDi session: commands by number, answers by the same number (W3C WebDriver BiDi). */
export class Bidi {
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(fault: Error): void }>();
	readonly #console: string[] = [];
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
		await bidi.send('session.subscribe', { events: ['log.entryAdded'] });
		return bidi;
	}

	/** The last lines of all consoles, with when and where. */
	get console(): readonly string[] {
		return this.#console;
	}

	send(method: string, params: object = {}): Promise<unknown> {
		// the socket says nothing of what is sent after its end
		if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error(`${method}: the browser closed the session`));
		const id = ++this.#count;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject: (fault) => reject(new Error(`${method}: ${fault.message}`)) });
			this.#socket.send(JSON.stringify({ id, method, params }));
		});
	}

	/**
	 * Calls a function, given by its source, with JSON values. Returns what it gives, through JSON. Throws what it throws.
	 * @param userActivation whether the page takes it for an act of its user
	 */
	async call(target: object, source: string, values: unknown[], userActivation = true): Promise<unknown> {
		const functionDeclaration = `async (json) => { const given = await (${source})(...JSON.parse(json)); return JSON.stringify(given === undefined ? null : given); }`;
		const answer = (await this.send('script.callFunction', {
			functionDeclaration,
			awaitPromise: true,
			target,
			arguments: [{ type: 'string', value: JSON.stringify(values) }],
			userActivation,
		})) as { type: string; exceptionDetails: { text: string }; result: { value: string } };
		if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
		return JSON.parse(answer.result.value);
	}

	/** Calls a function, given by its source, with each closed shadow root below a context's document and JSON values. */
	async pierce(context: string, source: string, values: unknown[]): Promise<unknown[]> {
		const target = { context, sandbox: 'pierce' };
		const call = async (functionDeclaration: string, arguments_: object[]) => {
			const answer = (await this.send('script.callFunction', {
				functionDeclaration,
				awaitPromise: true,
				target,
				arguments: arguments_,
				serializationOptions: { maxDomDepth: 0, includeShadowTree: 'all' },
			})) as { type: string; exceptionDetails: { text: string }; result: { value: unknown } };
			if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
			return answer.result.value;
		};
		const within = async (root: object[]): Promise<RemoteNode[]> => {
			// only elements with a dash in their name, and a few others that nobody here uses, can have a root; Converse's hundreds have none
			const mayHaveRoot = `({ localName }) => localName.includes('-') && !localName.startsWith('converse-')`;
			const hosts = (await call(`(root) => [...(root ?? document).querySelectorAll('*')].filter(${mayHaveRoot})`, root)) as RemoteNode[];
			const roots = hosts.flatMap(({ value }) => (value?.shadowRoot?.value?.mode === 'closed' ? [value.shadowRoot] : []));
			const deeper = await Promise.all(roots.map(({ sharedId }) => within([{ sharedId }])));
			return [...roots, ...deeper.flat()];
		};
		const body = `(root, json) => { const given = (${source})(root, ...JSON.parse(json)); return JSON.stringify(given === undefined ? null : given); }`;
		const json = { type: 'string', value: JSON.stringify(values) };
		return Promise.all((await within([])).map(async ({ sharedId }) => JSON.parse((await call(body, [{ sharedId }, json])) as string)));
	}

	/** What stands in the windows' tabs, or below one context. */
	async tabs(root?: string): Promise<Context[]> {
		const { contexts } = (await this.send('browsingContext.getTree', root ? { root } : {})) as { contexts: Context[] };
		return contexts;
	}

	/** A context and all below it. */
	async contexts(root?: string): Promise<Context[]> {
		const flat = (list: Context[]): Context[] => list.flatMap((context) => [context, ...flat(context.children ?? [])]);
		return flat(await this.tabs(root));
	}

	/** Ends browser and session. */
	async end(): Promise<void> {
		await this.send('browser.close').catch(() => undefined);
		this.#socket.terminate();
	}

	#note({ level, text, timestamp, stackTrace }: LogEntry): void {
		this.#console.push(`${new Date(timestamp).toISOString()} ${level} ${text} (${stackTrace?.callFrames[0]?.url ?? ''})`);
		if (this.#console.length > consoleLines) this.#console.shift();
	}

	#hear(data: string): void {
		const message = JSON.parse(data) as {
			method?: string;
			params?: LogEntry;
			id?: number;
			type: string;
			error?: string;
			message?: string;
			result?: unknown;
		};
		if (message.method === 'log.entryAdded' && message.params) this.#note(message.params);
		const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
		if (!waiting || message.id === undefined) return;
		this.#waiting.delete(message.id);
		if (message.type === 'error') waiting.reject(new Error(`${message.error}: ${message.message}`));
		else waiting.resolve(message.result);
	}
}
