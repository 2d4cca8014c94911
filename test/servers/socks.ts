import { connect, createServer, type Socket } from 'node:net';

/** What a SOCKS 5 proxy was asked for (RFC 1928, RFC 1929). */
export interface ProxyRequest {
	/** as the browser sent it: a name that the proxy is to resolve, or an address that the browser has resolved itself */
	kind: 'name' | 'address';
	host: string;
	port: number;
	username: string;
	password: string;
	/** the port from which the proxy went on; 0 before it did */
	from: number;
}

export interface SocksProxy {
	port: number;
	requests: ProxyRequest[];
	/** refuses to connect anywhere from now on, or not any more */
	refuses: boolean;
	close(): Promise<void>;
}

/** Bytes of a socket, as many as are asked for. */
function reader(socket: Socket) {
	let rest = Buffer.alloc(0);
	let wake = () => {};
	const hear = (data: Buffer) => {
		rest = Buffer.concat([rest, data]);
		wake();
	};
	socket.on('data', hear);
	return {
		async take(length: number): Promise<Buffer> {
			while (rest.length < length)
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			const taken = rest.subarray(0, length);
			rest = rest.subarray(length);
			return taken;
		},
		/** no more is read here; returns what was read too far */
		end(): Buffer {
			socket.off('data', hear);
			return rest;
		},
	};
}

async function serve(socket: Socket, proxy: SocksProxy): Promise<void> {
	const { take, end } = reader(socket);
	const count = (await take(2))[1] as number;
	const methods = await take(count);
	if (!methods.includes(2)) {
		socket.end(Buffer.from([5, 0xff]));
		return;
	}
	socket.write(Buffer.from([5, 2]));
	const word = async () => (await take((await take(1))[0] as number)).toString();
	await take(1);
	const [username, password] = [await word(), await word()];
	socket.write(Buffer.from([1, 0]));
	const [, , , type] = await take(4);
	const host = type === 3 ? await word() : (await take(type === 1 ? 4 : 16)).join('.');
	const port = (await take(2)).readUInt16BE();
	const request: ProxyRequest = { kind: type === 3 ? 'name' : 'address', host, port, username, password, from: 0 };
	proxy.requests.push(request);
	if (proxy.refuses) {
		socket.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
		return;
	}
	const upstream = connect(port, '127.0.0.1', () => {
		request.from = upstream.localPort ?? 0;
		socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
		upstream.write(end());
		socket.pipe(upstream).pipe(socket);
	});
	upstream.on('error', () => socket.destroy());
	socket.on('close', () => upstream.destroy());
}

/** A SOCKS 5 proxy that takes any name and password, as Tor does. Every host is this machine. */
export async function startSocksProxy(): Promise<SocksProxy> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		socket.on('error', () => {});
		void serve(socket, proxy);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const proxy: SocksProxy = {
		port: (server.address() as { port: number }).port,
		requests: [],
		refuses: false,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return proxy;
}
