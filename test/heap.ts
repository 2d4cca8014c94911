import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { toHex } from '../src/protocol/bytes.ts';

/** What must not be found, by a name to report it by. In strings bytes are looked for as hex. */
export interface Secret {
	name: string;
	text?: string;
	bytes?: Uint8Array;
}

interface Message {
	id?: number;
	method?: string;
	params?: { chunk?: string };
	result?: Record<string, unknown>;
	error?: { message: string };
	sessionId?: string;
}

/** Flags under which `heapsOf` reaches a browser beside Playwright. */
export const debuggable = ['--remote-debugging-port=0'];

/** A browser's own debugger, which reaches its service workers too. `profile`: of a browser that was started with `debuggable`. */
export async function heapsOf(profile: string) {
	const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
	const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { maxPayload: 2 ** 30 });
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	const waiting = new Map<number, (message: Message) => void>();
	let chunks: string[] = [];
	socket.on('message', (data) => {
		const message = JSON.parse(data.toString()) as Message;
		if (message.method === 'HeapProfiler.addHeapSnapshotChunk') chunks.push(message.params?.chunk ?? '');
		if (message.id !== undefined) waiting.get(message.id)?.(message);
	});
	let last = 0;
	function send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
		const id = ++last;
		socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
		return new Promise((resolve, reject) => {
			waiting.set(id, ({ result, error }) => {
				waiting.delete(id);
				if (error) reject(new Error(`${method}: ${error.message}`));
				else resolve(result as T);
			});
		});
	}

	/** Every string that is alive, cut at 1024 characters by V8; what is garbage was collected before. */
	async function strings(session: string): Promise<string[]> {
		chunks = [];
		await send('HeapProfiler.enable', {}, session);
		await send('HeapProfiler.takeHeapSnapshot', { reportProgress: false }, session);
		return (JSON.parse(chunks.join('')) as { strings: string[] }).strings;
	}

	return {
		/** Names of the secrets that live strings hold in the context at this address, or one with this in it. */
		async search(url: string, secrets: Secret[]): Promise<string[]> {
			const { targetInfos } = await send<{ targetInfos: { targetId: string; url: string }[] }>('Target.getTargets');
			const target = targetInfos.find((each) => each.url.includes(url));
			if (!target) throw new Error(`no target ${url}`);
			const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId: target.targetId, flatten: true });
			const alive = await strings(sessionId);
			await send('Target.detachFromTarget', { sessionId });
			const texts = secrets.map(({ name, text, bytes }) => ({ name, text: text ?? toHex(bytes as Uint8Array) }));
			return texts.filter(({ text }) => alive.some((one) => one.includes(text))).map(({ name }) => name);
		},
		close: () => socket.close(),
	};
}

const largestArea = 2 ** 30;
const step = 2 ** 24;

/**
 * Processes of the browser with this profile that run pages and workers of extensions: descendants of the process that names the profile.
 * Chromium's have a flag, Firefox's a name.
 */
async function extensionProcesses(profile: string): Promise<number[]> {
	const all = new Map<number, { command: string; name: string; parent: number }>();
	for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
		const command = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
		const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
		const called = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
		all.set(Number(name), { command, name: called, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) });
	}
	const isOfProfile = (id: number): boolean => {
		const entry = all.get(id);
		const names = [`--user-data-dir=${profile}`, `--profile ${profile}`];
		return entry !== undefined && (names.some((words) => entry.command.includes(words)) || isOfProfile(entry.parent));
	};
	return [...all]
		.filter(([id, { command, name }]) => (command.includes('--extension-process') || name === 'WebExtensions') && isOfProfile(id))
		.map(([id]) => id);
}

/**
 * Names of the secrets whose bytes stand anywhere in the memory of the extension's own processes, also in what is garbage already.
 * Linux alone; whoever asks must have started the browser.
 */
export async function inMemory(profile: string, secrets: Secret[]): Promise<string[]> {
	const names = new Set<string>();
	const processes = await extensionProcesses(profile);
	if (processes.length === 0) throw new Error('no process of an extension');
	for (const id of processes) {
		const memory = await open(`/proc/${id}/mem`, 'r');
		for (const line of (await readFile(`/proc/${id}/maps`, 'utf8')).split('\n')) {
			const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
			if (!from || !to || Number.parseInt(to, 16) - Number.parseInt(from, 16) > largestArea) continue;
			// a key may lie across two steps
			for (let at = Number.parseInt(from, 16); at < Number.parseInt(to, 16); at += step) {
				const length = Math.min(step + 64, Number.parseInt(to, 16) - at);
				const { buffer, bytesRead } = await memory
					.read(Buffer.alloc(length), 0, length, at)
					.catch(() => ({ buffer: Buffer.alloc(0), bytesRead: 0 }));
				const bytes = buffer.subarray(0, bytesRead);
				for (const secret of secrets) if (secret.bytes && bytes.includes(Buffer.from(secret.bytes))) names.add(secret.name);
			}
		}
		await memory.close();
	}
	return [...names];
}

/**
 * The same with a decoy among the secrets, bytes that nobody overwrites: it shows that such are found. Throws where it is not. `isLocked`: none
 * may be there, so the decoy is left out of the names.
 */
export async function inMemoryBesideDecoy(profile: string, secrets: Secret[], decoy: Uint8Array, isLocked: boolean): Promise<string[]> {
	const names = await inMemory(profile, [...secrets, { name: 'decoy', bytes: decoy }]);
	if (!names.includes('decoy')) throw new Error('the search in memory finds not even what lives there');
	return isLocked ? names.filter((name) => name !== 'decoy') : names;
}
