import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import webPush from 'web-push';
import { parseConfig, readConfig } from '../../notifier/config.ts';
import { hashSecret } from '../../notifier/connect/server.ts';
import { until } from '../until.ts';
import { ask } from './setting.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bauta-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const usual = {
	listen: { host: '127.0.0.1', port: 8787 },
	data: '/var/lib/bauta-notifier',
	secrets: ['ab'.repeat(32)],
	deliveryHosts: ['ntfy.example.org'],
	nostr: { relays: ['wss://relay.example.org'] },
};
const vapid = { subject: 'mailto:a@example.org', ...webPush.generateVAPIDKeys() };
const service = { rooms: 'muc.example.org', websocket: 'wss://example.org/ws', guests: 'anon.example.org' };

describe('a configuration', () => {
	it('needs little', () => {
		expect(parseConfig(JSON.stringify({ ...usual, xmpp: [service] }))).toMatchObject({
			memoryOnly: false,
			digestMinutes: 60,
			cover: 0.5,
			words: 'New in a room you follow',
			allowPrivate: false,
			maxRooms: 200,
			xmpp: [{ way: 'archive', pollSeconds: 60 }],
		});
	});

	const { data: _, ...withoutData } = usual;
	const { nostr: __, ...withoutNostr } = usual;
	it.each<[string, unknown, RegExp]>([
		['an unknown field', { ...usual, digestMinuts: 5 }, /^there is no field digestMinuts$/],
		['an unknown field inside', { ...usual, nostr: { ...usual.nostr, relay: 'x' } }, /^there is no field nostr\.relay$/],
		['one that is missing', { ...usual, secrets: undefined }, /^secrets is missing$/],
		['several faults', { ...usual, cover: 0.1, digestMinutes: 3 }, /digestMinutes must be 15 or more; cover must be 0\.5 or more/],
		['a secret in place of its hash', { ...usual, secrets: ['x'.repeat(43)] }, /secrets\.0 must be 64 hex digits/],
		[
			'a relay without encryption',
			{ ...usual, nostr: { relays: ['ws://relay.example.org'] } },
			/nostr\.relays\.0 must be a wss:\/\/ address/,
		],
		['a delivery host that is an address', { ...usual, deliveryHosts: ['https://ntfy.example.org'] }, /deliveryHosts\.0 must be a host/],
		['no delivery host', { ...usual, deliveryHosts: [] }, /at least one host/],
		['words that are too long', { ...usual, words: 'ع'.repeat(61) }, /words must be 120 bytes or less/],
		['a folder, and none', { ...usual, memoryOnly: true }, /memoryOnly/],
		['no folder', withoutData, /there must be a folder, or memoryOnly/],
		['nothing to watch', withoutNostr, /nothing to watch/],
		['other machines in clear', { ...usual, listen: { host: '0.0.0.0', port: 1 } }, /^listen\.host: beyond this machine .* Add tls/],
		['another way', { ...usual, xmpp: [{ ...service, way: 'spy' }] }, /xmpp\.0\.way must be "archive" or "guest"/],
		['a delivery host with a port that is none', { ...usual, deliveryHosts: ['a.example:70000'] }, /deliveryHosts\.0 must be a host/],
		['keys for Web Push that are none', { ...usual, vapid: { ...vapid, privateKey: 'y' } }, /^vapid must be keys that belong together/],
		['keys of two pairs', { ...usual, vapid: { ...vapid, publicKey: webPush.generateVAPIDKeys().publicKey } }, /^vapid must be keys that/],
		['a subject that is no address', { ...usual, vapid: { ...vapid, subject: 'me' } }, /^vapid\.subject must begin with mailto:/],
		['a service twice', { ...usual, xmpp: [service, { ...service, way: 'guest' }] }, /^xmpp must have each service of rooms once$/],
		['a list', [], /./],
		['a text', '{}', /^it must be an object/],
		[
			'another type',
			{ ...usual, secrets: 'ab'.repeat(32), listen: 8787, memoryOnly: 1 },
			/listen must be an object: .*true or false; secrets must be a list/,
		],
		['a broken port', { ...usual, listen: { host: '127.0.0.1', port: 87.5 } }, /^listen\.port must be a whole number$/],
		['any host', { ...usual, deliveryHosts: ['*'] }, /deliveryHosts\.0 must be a host/],
		['a star inside a host', { ...usual, deliveryHosts: ['ntfy.*.org'] }, /deliveryHosts\.0 must be a host/],
		['a feed without a path', { ...usual, xmtp: { feed: '' } }, /^xmtp\.feed must not be empty$/],
	])('is refused for %s', (_name, config, reason) => expect(() => parseConfig(JSON.stringify(config))).toThrow(reason));

	it('is refused where it is no JSON', () => expect(() => parseConfig('{"listen":')).toThrow('it is no JSON'));

	it('is not gone by where it holds a private key that others can read, nor where it is not there', async () => {
		const path = join(folder, 'vapid.json');
		writeFileSync(path, JSON.stringify({ ...usual, vapid }));
		chmodSync(path, 0o644);
		await expect(readConfig(path)).rejects.toThrow(`${path}: it holds a private key (vapid) and others may read it: chmod 600`);
		chmodSync(path, 0o600);
		expect((await readConfig(path)).vapid).toEqual(vapid);
		// as systemd hands it over
		chmodSync(path, 0o440);
		await expect(readConfig(path)).rejects.toThrow('chmod 600');
		vi.stubEnv('CREDENTIALS_DIRECTORY', folder);
		expect((await readConfig(path)).vapid).toEqual(vapid);
		chmodSync(path, 0o444);
		await expect(readConfig(path)).rejects.toThrow('chmod 600');
		vi.unstubAllEnvs();
		await expect(readConfig(join(folder, 'none.json'))).rejects.toThrow('none.json: ENOENT');
	});

	it('of the page is in order, and its table has every field', () => {
		const page = readFileSync(join(root, 'docs/notifier.md'), 'utf8');
		const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
		const hash = 'sha256 of a secret, 64 hex digits, one for each installation';
		const config = parseConfig(example.replace(hash, 'ab'.repeat(32)));
		for (const field of [...Object.keys(config), 'tls', 'memoryOnly', 'vapid', 'xmtp']) expect(page).toMatch(new RegExp(`\\| \`${field}`));
	});
});

/** Runs the command as a person does, and collects what it says. */
function run(...words: string[]) {
	const child = spawn(process.execPath, ['notifier/notifier.mjs', ...words], { cwd: root });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
	const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
	return { child, output: () => output, ended };
}

describe('the command', () => {
	it('tells all that one has to know, and names a fault of the configuration', async () => {
		const path = join(folder, 'faulty.json');
		writeFileSync(path, JSON.stringify({ ...usual, digestMinuts: 5 }));
		const [help, faulty] = [run('--help'), run('--config', path)];
		expect(await help.ended).toBe(0);
		const [example = ''] = /^ {2}\{[\s\S]*?^ {2}\}$/m.exec(help.output()) ?? [];
		expect(parseConfig(example)).toMatchObject({ nostr: {}, xmpp: [{ way: 'archive' }] });
		for (const option of ['--config', '--check', '--new-secret', '--new-vapid', 'docs/notifier.md'])
			expect(help.output()).toContain(option);
		expect(await faulty.ended).toBe(1);
		expect(faulty.output()).toContain(`${path}: there is no field digestMinuts`);
	});

	it('says what is wrong with other words, and with an address that Bauta would not take', async () => {
		const noAddress = 'the address must be https://';
		const cases: [string[], string][] = [
			[['--bogus'], "Unknown option '--bogus'. See --help\n"],
			[['--check'], '--check needs --config FILE. See --help\n'],
			[['--config', 'a.json', 'b.json'], 'b.json: one configuration alone. See --help\n'],
			[['--new-secret', 'http://notify.example.org'], noAddress],
			[['--new-secret', 'https://notify.example.org/#a'], noAddress],
		];
		const commands = cases.map(([words, said]) => ({ said, ...run(...words) }));
		for (const { said, output, ended } of commands) {
			expect(await ended).toBe(1);
			expect(output()).toContain(said);
			expect(output()).not.toContain('Usage');
		}
	});

	it('makes a secret, runs by the hash of it, and ends when it is told to', async () => {
		const made = run('--new-secret', 'https://notify.example.org/');
		expect(await made.ended).toBe(0);
		const [, hash = ''] = /"([0-9a-f]{64})"/.exec(made.output()) ?? [];
		const [, secret = ''] = /https:\/\/notify\.example\.org#([\w-]{43})\n/.exec(made.output()) ?? [];
		expect(hashSecret(secret)).toBe(hash);
		const path = join(folder, 'notifier.json');
		writeFileSync(
			path,
			JSON.stringify({
				...usual,
				listen: { host: '127.0.0.1', port: 0 },
				data: join(folder, 'data'),
				secrets: [hash],
				nostr: { relays: ['ws://127.0.0.1:9'] },
			}),
		);
		const notifier = run('--config', path);
		const port = await until(() => /listening on 127\.0\.0\.1:(\d+)/.exec(notifier.output())?.[1], 'the notifier');
		const delivery = { customToken: 'ntfy:https://ntfy.example.org/topic' };
		const { status } = await ask(Number(port), 'RegisterInstallation', { installationId: 'a', deliveryMechanism: delivery }, secret);
		expect(status).toBe(200);
		notifier.child.kill('SIGTERM');
		expect(await notifier.ended).toBe(0);
		// what it says of itself names nobody
		expect(notifier.output()).not.toMatch(/ntfy|topic|nostr/);
	});
});
