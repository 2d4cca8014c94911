import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { addWitness } from '../evidence.ts';
import { patience } from '../until.ts';

/**
 * A TCP port of 127.0.0.1 that is free, below those that the system gives to whoever asks for any (32768 and up, Linux):
 * else a browser's connection could take it before the server does.
 */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = 20_000 + Math.floor(Math.random() * 12_000);
		const server = createServer();
		const free = await new Promise<boolean>((resolve) => {
			server.once('error', () => resolve(false));
			server.listen(port, '127.0.0.1', () => resolve(true));
		});
		if (!free) continue;
		await new Promise((resolve) => server.close(resolve));
		return port;
	}
}

/** A server's process, and what it needs. */
interface Start {
	name: string;
	command: [program: string, ...values: string[]];
	/** its own: removed when it stops */
	folder: string;
	/** where it will listen, on 127.0.0.1 */
	port: number;
	env?: Record<string, string>;
	/** what it writes once it is ready, where listening does not say so */
	ready?: string;
}

/** A server that runs. */
export interface LocalServer {
	/** what it wrote so far, the latest 200,000 characters */
	log(): string;
	/** ends it at once (SIGKILL), in the middle of whatever it does; its folder stays */
	kill(): Promise<void>;
	/** starts it again after `kill`, on the same port; resolves when it can be spoken to */
	startAgain(): Promise<void>;
	/** SIGTERM by process id, then removes its folder */
	stop(): Promise<void>;
}

/** Waits until something listens on the port and the server has written that it is ready. Throws when the process ends. */
async function accepting({ name, port, ready = '' }: Start, child: ChildProcess, log: () => string): Promise<void> {
	for (const begin = Date.now(); Date.now() - begin < patience; ) {
		if (child.exitCode !== null) throw new Error(`${name} ended:\n${log()}`);
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, '127.0.0.1', () => resolve(true));
			socket.on('error', () => resolve(false));
			socket.on('close', () => resolve(false));
			setTimeout(() => socket.destroy(), 5000).unref();
			socket.on('connect', () => socket.destroy());
		});
		if (open && log().includes(ready)) return;
		await new Promise((resolve) => setTimeout(resolve, 40));
	}
	throw new Error(`${name} does not answer:\n${log()}`);
}

/** Starts a server and waits until it can be spoken to. */
export async function runServer(start: Start): Promise<LocalServer> {
	const { name, command, folder, env = {} } = start;
	const [program, ...values] = command;
	let output = '';
	const launch = () => {
		const started = spawn(program, values, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
		for (const stream of [started.stdout, started.stderr])
			stream.on('data', (data) => {
				output = (output + data).slice(-200_000);
			});
		return started;
	};
	let child = launch();
	const log = () => output;
	const leave = addWitness(name, () => ({ 'server.log': output }));
	const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once('exit', resolve));
		child.kill(signal);
		const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
		await ended;
		clearTimeout(hard);
	};
	const stop = async () => {
		await leave();
		await end('SIGTERM');
		process.removeListener('exit', killNow);
		await rm(folder, { recursive: true, force: true });
	};
	const startAgain = () => {
		output = '';
		child = launch();
		return accepting(start, child, log);
	};
	const killNow = () => child.kill('SIGKILL');
	process.once('exit', killNow);
	try {
		await accepting(start, child, log);
	} catch (error) {
		await stop();
		throw error;
	}
	return { log, kill: () => end('SIGKILL'), startAgain, stop };
}
