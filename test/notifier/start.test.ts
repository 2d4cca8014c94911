import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, readTls } from '../../notifier/config.ts';
import { startRelay } from '../servers/relay.ts';
import { until } from '../until.ts';
import { newSecret, startTestNotifier } from './setting.ts';

// What a configuration names and the machine does not have: it is said, and nothing goes on running.

const secret = newSecret();
const folder = mkdtempSync(join(tmpdir(), 'bauta-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

function makeCertificate(name: string) {
	const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
	const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
	execFileSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
	return { certificate, key };
}

describe('a start that fails', () => {
	it('leaves no room watched: else it would go on without a port, and never push', async () => {
		const relay = await startRelay();
		const data = join(folder, 'data');
		const parts = { data, nostr: { relays: [relay.url] } };
		const first = await startTestNotifier([secret], parts);
		await first.ask('RegisterInstallation', { installationId: 'a', deliveryMechanism: { customToken: 'https://127.0.0.1/hook' } });
		await first.ask('Subscribe', { installationId: 'a', topics: [`nostr:28:${'ab'.repeat(32)}`] });
		await until(() => relay.open() === 1, 'the room to be watched');
		const second = startTestNotifier([secret], { ...parts, listen: { host: '127.0.0.1', port: first.port } });
		await expect(second).rejects.toThrow('EADDRINUSE');
		await first.stop();
		await until(() => relay.open() === 0, 'nobody to be connected');
		await relay.close();
	});

	it('is said with the field whose folder it is', async () => {
		const file = join(folder, 'file');
		writeFileSync(file, '');
		await expect(startTestNotifier([secret], { data: file })).rejects.toThrow(/^data: /);
	});

	it('takes no file away that is in the place of the feed’s socket', async () => {
		const feed = join(folder, 'precious');
		writeFileSync(feed, 'precious');
		await expect(startTestNotifier([secret], { xmtp: { feed } })).rejects.toThrow(`xmtp.feed: ${feed} is there already`);
		expect(readFileSync(feed, 'utf8')).toBe('precious');
	});

	it.each([
		['is in no folder', 'none/feed.sock', /^xmtp\.feed: .*listen/],
		['is too long for one', 'x'.repeat(120), /^xmtp\.feed: the path of a socket has at most 107 bytes/],
	])('is said where the feed’s socket %s', async (_name, feed, reason) =>
		expect(startTestNotifier([secret], { xmtp: { feed: join(folder, feed) } })).rejects.toThrow(reason),
	);
});

describe('a certificate', () => {
	const tls = makeCertificate('right');
	const configWith = async (changes: Partial<typeof tls>) => {
		const path = join(folder, 'notifier.json');
		const listen = { host: '0.0.0.0', port: 0 };
		const config = { listen, tls: { ...tls, ...changes }, memoryOnly: true, secrets: [], deliveryHosts: ['a.example'] };
		writeFileSync(path, JSON.stringify({ ...config, nostr: { relays: ['wss://relay.example'] } }));
		return readConfig(path);
	};

	it('is what it speaks https with', async () => {
		const notifier = await startTestNotifier([secret], { tls: (await configWith({})).tls });
		const options = { port: notifier.port, ca: readFileSync(tls.certificate), servername: 'localhost', path: '/' };
		const status = new Promise((done, fail) =>
			request(options, ({ statusCode }) => done(statusCode))
				.on('error', fail)
				.end(),
		);
		expect(await status).toBe(404);
		await notifier.stop();
	});

	it('is looked at with the configuration, before anything runs', async () => {
		await expect(configWith({ key: join(folder, 'none.key') })).rejects.toThrow('notifier.json: tls.key: ENOENT');
		await expect(configWith({ certificate: join(folder, 'none.pem') })).rejects.toThrow('notifier.json: tls.certificate: ENOENT');
		const { key } = makeCertificate('other');
		await expect(configWith({ key })).rejects.toThrow('tls: certificate and key must be PEM files and fit each other');
		expect(Object.keys(await readTls(tls))).toEqual(['cert', 'key']);
	});
});
