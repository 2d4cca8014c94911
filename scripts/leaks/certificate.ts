import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that one run's browsers accept and nobody else. */
export interface Certificate {
	/** PEM */
	key: string;
	cert: string;
	/** base64 of the SHA-256 of its public key, as Chromium's flag has it */
	spki: string;
}

/** Makes a certificate for this machine's names in the tests, signed by itself. Needs `openssl`. */
export function makeCertificate(): Certificate {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-certificate-'));
	try {
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:chat.test,DNS:relay.test';
		const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
		execFileSync(
			'openssl',
			['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=leaks.test', '-addext', names],
			{
				stdio: 'ignore',
			},
		);
		const pem = readFileSync(cert, 'utf8');
		const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
		return { key: readFileSync(key, 'utf8'), cert: pem, spki: createHash('sha256').update(spki).digest('base64') };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
