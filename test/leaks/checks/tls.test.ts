import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { makeCertificate } from '../../../scripts/leaks/certificate.ts';
import { createTlsFront, type TlsFacts } from '../../servers/tls-front.ts';

test('a client that resumes a TLS session shows by its ticket on which connection it got it', async () => {
	const { key, cert } = makeCertificate();
	const seen: TlsFacts[] = [];
	const server = createTlsFront({ key, cert }, (client, facts) => {
		seen.push(facts);
		client.on('data', (data) => client.end(data));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const visit = async (session?: Buffer) => {
		const client: TLSSocket = connect({
			port,
			host: '127.0.0.1',
			ca: cert,
			ALPNProtocols: ['h2', 'http/1.1'],
			...(session ? { session } : {}),
		});
		const ticket = once(client, 'session') as Promise<[Buffer]>;
		await once(client, 'secureConnect');
		client.write('hello');
		const [answer] = await once(client, 'data');
		expect(String(answer)).toBe('hello');
		client.destroy();
		return (await ticket)[0];
	};
	const session = await visit();
	await visit();
	await visit(session);
	server.close();
	expect(seen.map(({ hello }) => hello.psk)).toEqual([[], [], [seen[0]?.ticketName]]);
	expect(seen[0]?.hello).toMatchObject({ alpn: ['h2', 'http/1.1'] });
});
