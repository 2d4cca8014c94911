import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../../..');

/** Builds Bauta's channel pages as they ship, with a worker that does nothing else. `hosts`: permissions granted at install. */
export async function buildChannelExtension(hosts: string[]): Promise<{ path: string; remove(): Promise<void> }> {
	const path = await mkdtemp(join(tmpdir(), 'bauta-channel-'));
	const pages = ['offscreen', 'channel'];
	const common = { configFile: false as const, logLevel: 'warn' as const, publicDir: false as const, define: { __TARGET__: '"chrome"' } };
	await build({
		...common,
		root: resolve(root, 'src'),
		base: './',
		build: {
			outDir: path,
			emptyOutDir: true,
			target: 'es2023',
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: Object.fromEntries(pages.map((page) => [page, resolve(root, `src/${page}.html`)])),
				output: { entryFileNames: 'pages/[name].js', chunkFileNames: 'pages/[name].js' },
			},
		},
	});
	const scripts = {
		background: resolve(import.meta.dirname, 'worker.ts'),
		work: resolve(root, 'src/networks/nostr/proof-of-work-worker.ts'),
	};
	for (const [name, script] of Object.entries(scripts))
		await build({
			...common,
			root,
			build: {
				outDir: path,
				emptyOutDir: false,
				target: 'es2023',
				rolldownOptions: {
					input: { [name]: script },
					output: { format: 'iife', entryFileNames: '[name].js', codeSplitting: false },
				},
			},
		});
	const manifest = JSON.parse(await readFile(resolve(root, 'manifest.json'), 'utf8'));
	const kept = ['manifest_version', 'version', 'minimum_chrome_version', 'permissions', 'content_security_policy'];
	const shipped = Object.fromEntries(kept.map((key) => [key, manifest[key]]));
	const made = { ...shipped, name: 'channel', background: { service_worker: 'background.js' }, host_permissions: hosts };
	await writeFile(join(path, 'manifest.json'), JSON.stringify(made));
	return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
