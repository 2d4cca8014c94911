import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceOf } from '../../scripts/status/account.ts';
import { bareMessage, composePost } from '../../scripts/status/compose.ts';
import { runStatus } from '../../scripts/status/main.ts';
import { sealPayload } from '../../scripts/status/payload.ts';
import { protocolMessage } from '../../scripts/status/read.ts';
import { chatOf, cluster } from '../../scripts/status/room.ts';
import { concat, toHex, utf8 } from '../../src/protocol/bytes.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { encodeField } from '../../src/protocol/protobuf.ts';
import { encodeChatMessage, signStatusMessage } from '../../src/protocol/status/status.ts';
import { chatKeyText } from '../../src/protocol/status/status-key.ts';
import { random } from '../protocol/samples.ts';
import { freePort } from '../servers/local-server.ts';
import { startWaku, type WakuNode } from '../servers/waku.ts';

const root = join(import.meta.dirname, '../..');
const chat = 'garden';
const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const folder = mkdtempSync(join(tmpdir(), 'bauta-status-'));
const phraseFile = join(folder, 'phrase');
const now = () => Math.floor(Date.now() / 1000);
const account = deviceOf(phrase, now());
/** all that was ever printed */
const printed: string[] = [];

let node: WakuNode;
beforeAll(async () => {
	writeFileSync(phraseFile, `${phrase}\n`);
	node = await startWaku();
});
afterAll(async () => {
	await node.close();
	rmSync(folder, { recursive: true });
});

/** Runs the command until it has printed `last`, or by itself. `ready`: once it listens. */
async function run(words: string[], last?: RegExp, ready = async () => {}): Promise<{ code: number; out: string[]; err: string[] }> {
	const [out, err]: [string[], string[]] = [[], []];
	let stop = () => {};
	const interruption = new Promise<void>((resolve) => {
		stop = resolve;
	});
	const write = (lines: string[]) => (line: string) => {
		lines.push(line);
		printed.push(line);
		if (/^(Sent|Connected)/.test(line)) void ready();
		if (last?.test(line)) stop();
	};
	const code = await runStatus(words, { out: write(out), err: write(err) }, interruption);
	return { code, out, err };
}
const at = (...more: string[]) => ['--node', node.address, '--chat', chat, ...more];
const own = ['--phrase-file', phraseFile];

/** Puts a payload on the network from outside. */
async function publish(payload: Uint8Array, change: (sealed: Uint8Array) => Uint8Array = (sealed) => sealed): Promise<void> {
	const { contentTopic, symmetricKey } = chatOf(chat);
	const sealed = change(await sealPayload(payload, symmetricKey, random(32)));
	const stamp = BigInt(now()) * 1_000_000_000n;
	const rest = { version: 1, timestamp: stamp, meta: undefined, rateLimitProof: undefined, ephemeral: false };
	await node.publish('/waku/2/rs/16/32', { payload: sealed, contentTopic, ...rest });
}

describe('npm run status', () => {
	it('posts, and says of what comes in whose it is: of this phrase, of nobody, of a member', async () => {
		const key = random(32);
		const member = encodeChatMessage({ ...bareMessage(chat, 'hello', now()), text: 'hello\u001b[31m' });
		await publish(protocolMessage(signStatusMessage(concat(member, encodeField(14, utf8('Ada')), encodeField(999, 1)), key)));
		const posted = await run(at('--solution', '1', ...own, '--text', 'the lamp is broken'), /lamp/);
		expect(posted).toEqual({
			code: 0,
			out: [`${chatKeyText(keyPair(key).publicKey)}  hello [31m  (fields that Bauta does not know: 14, 999)`, 'mine  the lamp is broken'],
			err: ['Sent to the node. What comes in is printed until Ctrl+C.'],
		});
		const stranger = await run(at('--read'), /lamp/);
		expect(stranger.out.at(-1)).toBe('anonymous  the lamp is broken');
		const keyless = await run(at('--solution', 'keyless', '--text', 'nobody said this'), /nobody/);
		expect(keyless.out.slice(1)).toEqual(['anonymous  the lamp is broken', 'anonymous  nobody said this']);
	});

	it('posts nothing where it was stopped before', async () => {
		const before = node.stored.length;
		const stopped = runStatus(at('--solution', 'keyless'), { out: () => {}, err: () => {} }, Promise.resolve());
		expect([await stopped, node.stored.length]).toEqual([0, before]);
	});

	it('--loopback prints one JSON object and ends', async () => {
		const play = spawn(process.execPath, ['scripts/status.mjs', '--loopback', '--solution', '2'], { cwd: root });
		let out = '';
		play.stdout.on('data', (data) => (out += data));
		const code = await new Promise((resolve) => play.once('exit', resolve));
		expect(JSON.parse(out)).toEqual({
			solution: '2',
			author: { verdict: 'mine', kind: 'solution-2' },
			otherDevice: { verdict: 'mine', kind: 'solution-2' },
			stranger: { verdict: 'foreign' },
			independent: { text: 'Somebody in this room says hello.' },
		});
		expect(code).toBe(0);
	});
});

describe('what comes in and is no message', () => {
	it('is one line each, and the next one is read', async () => {
		const { wrapper } = composePost(account, 'envelope', chat, 'whole', now());
		const whole = protocolMessage(wrapper);
		const { out } = await run(at('--read', ...own, '--for', '60'), /whole$/, async () => {
			await publish(protocolMessage(random(200_000)));
			await publish(random(200_000));
			await publish(whole.subarray(0, whole.length - 40));
			await publish(whole, (sealed) => sealed.subarray(0, sealed.length - 1));
			await publish(encodeField(7, 7));
			await publish(protocolMessage(concat(wrapper.subarray(0, wrapper.length - 1), Uint8Array.of(24))));
			await publish(whole);
		});
		expect(out.slice(-7)).toEqual([
			expect.stringMatching(/^not read: 200005 bytes, more than the 153600 that Waku passes on$/),
			'not read: 200000 bytes, more than the 153600 that Waku passes on',
			expect.stringMatching(/^not read: not a message of Status, or cut off \(/),
			'not read: it does not open with the key of this chat, or is cut off',
			'not read: no message of a public chat is in it',
			'not read: of type 24, which is no chat message',
			'mine  whole',
		]);
	});
});

describe('what is refused, in one line that says what to do', () => {
	const fault = async (words: string[]) => {
		const { code, out, err } = await run(words, /./);
		expect([code, out, err.length]).toEqual([expect.any(Number), [], 1]);
		return `${code} ${err[0]?.split('\n')[0]}`;
	};
	const elsewhere = async (settings: Parameters<typeof startWaku>[0], words: string[]) => {
		const other = await startWaku(settings);
		try {
			return await fault(['--node', other.address, '--chat', chat, ...words]);
		} finally {
			await other.close();
		}
	};

	it('a node that goes away', async () => {
		const short = await startWaku();
		const words = ['--node', short.address, '--chat', chat, '--read'];
		const { code, err } = await run(words, undefined, () => short.close());
		expect([code, err.at(-1)]).toEqual([1, 'The node has closed the connection.']);
	});

	it('a node that is down, or none', async () => {
		const down = `/ip4/127.0.0.1/tcp/${await freePort()}/ws`;
		expect(await fault(['--node', down, '--chat', chat, '--read'])).toBe(
			`1 The node ${down} does not answer as one of Waku. Is it running, and is its address right?`,
		);
		expect(await fault(['--node', 'http://node.example.org', '--chat', chat, '--read'])).toMatch(/^1 Not the address of a node: http/);
	});

	it('a node of another cluster, or of other shards', async () => {
		expect(await elsewhere({ cluster: 1 }, ['--read'])).toBe(
			`1 The node is in cluster 1, and Status in ${cluster}: nothing would get there.`,
		);
		expect(await elsewhere({ shards: [64] }, ['--read'])).toBe('1 The node does not serve shard 32, where public chats are; it has 64.');
	});

	it('a node that does not take the message, with its own reason', async () => {
		const refusal = { code: 504, text: 'RLN membership\nneeded' };
		expect(await elsewhere({ refusal }, ['--solution', 'keyless'])).toBe(
			'1 The node did not take the message: 504, “RLN membership needed”.',
		);
	});

	it('a chat key that is not of the phrase, before anything is asked of the node', async () => {
		const down = ['--node', '/ip4/127.0.0.1/tcp/9/ws', '--chat', chat];
		const other = chatKeyText(keyPair(random(32)).publicKey);
		expect(await fault([...down, ...own, '--chat-key', other])).toBe(
			'1 The chat key is not of this phrase: the phrase belongs to another account. Nothing was posted.',
		);
		expect(await fault([...down, ...own, '--chat-key', '0x04ab'])).toBe('1 Not a chat key: 0x04ab. One begins with zQ3sh.');
		const right = chatKeyText((account.chatKey as { publicKey: Uint8Array }).publicKey);
		expect(await fault([...down, ...own, '--chat-key', right])).toMatch(/does not answer/);
	});

	it('a phrase that is none, without a word of it', async () => {
		const bad = (text: string) => {
			const file = join(folder, 'bad');
			writeFileSync(file, text);
			return fault(at('--phrase-file', file));
		};
		expect(await bad(phrase.replace('sausage', 'sossage'))).toBe('1 Word 6 of the phrase is none of the list (BIP-39, English).');
		expect(await bad('legal winner')).toBe('1 The phrase has 2 words; expected are 12, 15, 18, 21 or 24.');
		expect(await bad(phrase.replace('yellow', 'year'))).toMatch(/^1 The words of the phrase do not belong together/);
		expect(await fault(at('--phrase-file', join(folder, 'nothing')))).toMatch(/^1 The phrase file .* cannot be read\.$/);
		for (const solution of ['1', '2', 'envelope']) expect(await fault(at('--solution', solution))).toMatch(/^1 .*there is none here\.$/);
	});

	it('a text that cannot be, and words that the command does not know', async () => {
		expect(await fault(at('--solution', 'keyless', '--text', 'a'.repeat(5000)))).toBe('1 The text cannot be posted (text-long).');
		expect(await fault(at('--solution', '3'))).toBe('2 There is no solution 3: 1, 2, keyless, envelope.');
		expect(await fault(['--chat', chat])).toBe('2 Say where: --node MULTIADDR, or --loopback.');
		expect(await fault(['--node', node.address])).toBe('2 Say in which public chat: --chat NAME.');
		expect(await fault(at('--phrase', 'legal'))).toBe('2 The option --phrase is not one, or lacks its value.');
		expect(await fault(at(...phrase.split(' ')))).toBe('2 There are words without an option before them.');
		expect(await fault(at('--for', 'long'))).toBe('2 --for takes seconds, up to 86400.');
	});

	it('and nothing that was printed has a word of the phrase, or a key of it', () => {
		const all = printed.join('\n');
		expect(printed.length).toBeGreaterThan(20);
		const { root: node0, chatKey } = account as { root: { privateKey: Uint8Array }; chatKey: { privateKey: Uint8Array } };
		for (const word of ['legal', 'sausage', 'sossage', 'yellow']) expect(all).not.toMatch(new RegExp(`\\b${word}\\b`));
		for (const key of [node0.privateKey, chatKey.privateKey]) expect(all).not.toContain(toHex(key));
		expect(all).not.toContain(chatKeyText((account.chatKey as { publicKey: Uint8Array }).publicKey));
	});
});
