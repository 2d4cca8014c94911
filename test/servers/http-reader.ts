/** One HTTP/1.1 request and its answer, headers as they stood on the wire: order and case kept. */
export interface RecordedExchange {
	method: string;
	path: string;
	headers: [name: string, value: string][];
	body: string;
	/** unix ms */
	at: number;
	/** 0 until the answer came */
	status: number;
	responseHeaders: [name: string, value: string][];
	responseBody: string;
	upgraded: boolean;
}

interface Half {
	rest: Buffer;
	/** the message whose body is being read */
	open: { exchange: RecordedExchange; left: number; chunked: boolean; parts: Buffer[] } | null;
}

const headEnd = Buffer.from('\r\n\r\n');

/** The first value of a header by lower-case name. */
export function header(headers: [string, string][], name: string): string | undefined {
	return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

function parseHead(head: string): { first: string[]; headers: [string, string][] } {
	const [line = '', ...rest] = head.split('\r\n');
	const headers = rest.map((text): [string, string] => {
		const colon = text.indexOf(':');
		return [text.slice(0, colon), text.slice(colon + 1).trim()];
	});
	return { first: line.split(' '), headers };
}

/** Follows both directions of one HTTP/1.1 connection, up to a WebSocket upgrade. */
export class HttpReader {
	readonly #exchanges: RecordedExchange[];
	readonly #setCookies: () => string[];
	readonly #halves: { out: Half; in: Half } = { out: { rest: Buffer.alloc(0), open: null }, in: { rest: Buffer.alloc(0), open: null } };
	/** requests without an answer yet */
	readonly #pending: RecordedExchange[] = [];
	#upgraded = false;

	constructor(exchanges: RecordedExchange[], setCookies: () => string[]) {
		this.#exchanges = exchanges;
		this.#setCookies = setCookies;
	}

	/** Takes a chunk; tells which bodies it completed, which bytes belong to an upgraded connection, and what to pass on. */
	read(direction: 'out' | 'in', chunk: Buffer): { bodies: string[]; upgraded: Buffer; passed: Buffer } {
		if (this.#upgraded) return { bodies: [], upgraded: chunk, passed: chunk };
		const half = this.#halves[direction];
		half.rest = Buffer.concat([half.rest, chunk]);
		const bodies: string[] = [];
		let passed = chunk;
		while (half.rest.length > 0) {
			if (half.open) {
				if (!this.#readBody(half, direction, bodies)) break;
				continue;
			}
			const end = half.rest.indexOf(headEnd);
			if (end < 0) break;
			const head = half.rest.subarray(0, end).toString('latin1');
			if (direction === 'in') passed = this.#addCookies(passed, half.rest.subarray(0, end));
			half.rest = half.rest.subarray(end + 4);
			this.#startMessage(half, direction, head, bodies);
			if (this.#upgraded) {
				const upgraded = half.rest;
				half.rest = Buffer.alloc(0);
				return { bodies, upgraded, passed };
			}
		}
		return { bodies, upgraded: Buffer.alloc(0), passed };
	}

	#startMessage(half: Half, direction: 'out' | 'in', head: string, bodies: string[]): void {
		const { first, headers } = parseHead(head);
		let exchange: RecordedExchange;
		if (direction === 'out') {
			exchange = {
				method: first[0] ?? '',
				path: first[1] ?? '',
				headers,
				body: '',
				at: Date.now(),
				status: 0,
				responseHeaders: [],
				responseBody: '',
				upgraded: false,
			};
			this.#exchanges.push(exchange);
			this.#pending.push(exchange);
		} else {
			const asked = this.#pending[0];
			if (!asked) return;
			exchange = asked;
			exchange.status = Number(first[1]);
			exchange.responseHeaders = headers;
			if (exchange.status === 101) {
				exchange.upgraded = true;
				this.#upgraded = true;
				return;
			}
			if (exchange.status >= 200) this.#pending.shift();
		}
		const chunked = header(headers, 'transfer-encoding')?.includes('chunked') ?? false;
		const left = Number(header(headers, 'content-length') ?? 0);
		const bodyless = direction === 'in' && (exchange.method === 'HEAD' || exchange.status === 204 || exchange.status === 304);
		if (!bodyless && (chunked || left > 0)) half.open = { exchange, left: chunked ? -1 : left, chunked, parts: [] };
		else bodies.push('');
	}

	/** @returns false when more bytes are needed */
	#readBody(half: Half, direction: 'out' | 'in', bodies: string[]): boolean {
		const open = half.open;
		if (!open) return false;
		if (open.chunked && open.left < 0) {
			const line = half.rest.indexOf('\r\n');
			if (line < 0) return false;
			const size = Number.parseInt(half.rest.subarray(0, line).toString('latin1'), 16) || 0;
			if (half.rest.length < line + 2 + size + 2) return false;
			open.parts.push(half.rest.subarray(line + 2, line + 2 + size));
			half.rest = half.rest.subarray(line + 2 + size + 2);
			if (size > 0) return true;
		} else {
			const part = half.rest.subarray(0, open.left);
			open.parts.push(part);
			open.left -= part.length;
			half.rest = half.rest.subarray(part.length);
			if (open.left > 0) return false;
		}
		const body = Buffer.concat(open.parts).toString('utf8');
		if (direction === 'out') open.exchange.body = body;
		else open.exchange.responseBody = body;
		bodies.push(body);
		half.open = null;
		return true;
	}

	/** Puts Set-Cookie lines behind a response's head that ends in this chunk. */
	#addCookies(chunk: Buffer, head: Buffer): Buffer {
		const cookies = this.#setCookies();
		const end = chunk.indexOf(headEnd);
		if (cookies.length === 0 || end < 0 || !head.subarray(0, 5).equals(Buffer.from('HTTP/'))) return chunk;
		const lines = cookies.map((cookie) => `\r\nSet-Cookie: ${cookie}`).join('');
		return Buffer.concat([chunk.subarray(0, end), Buffer.from(lines), chunk.subarray(end)]);
	}
}
