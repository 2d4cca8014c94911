import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const scripts = { content: 'src/content/content.ts', tap: 'src/tap/tap.ts', background: 'test/content/background.ts' };

/**
 * Builds what runs in the page, the composer and the tests' own background into a new temporary directory, as an extension that is
 * enabled on loopback pages. Returns the directory; the caller deletes it.
 */
export async function buildTestExtension(): Promise<string> {
	const outDir = await mkdtemp(join(tmpdir(), 'bauta-content-'));
	const pages = { composer: join(root, 'src/composer.html'), panel: join(root, 'test/content/panel.html') };
	const common = { outDir, emptyOutDir: false, target: 'es2023', modulePreload: { polyfill: false } } as const;
	for (const [name, page] of Object.entries(pages))
		await build({
			configFile: false,
			root: dirname(page),
			base: './',
			publicDir: false,
			logLevel: 'warn',
			define: { __TARGET__: '"chrome"' },
			oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
			build: { ...common, rolldownOptions: { input: { [name]: page } } },
		});
	for (const [name, entry] of Object.entries(scripts))
		await build({
			configFile: false,
			root,
			publicDir: false,
			logLevel: 'warn',
			define: { __TARGET__: '"chrome"' },
			build: {
				...common,
				rolldownOptions: {
					input: { [name]: resolve(root, entry) },
					output: { format: 'iife', entryFileNames: '[name].js', codeSplitting: false },
				},
			},
		});
	await cp(join(root, 'public'), outDir, { recursive: true });
	const manifest = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'));
	const matches = ['http://127.0.0.1/*'];
	Object.assign(manifest, {
		background: { service_worker: 'background.js' },
		permissions: ['storage'],
		host_permissions: matches,
		action: {},
		sandbox: undefined,
		content_scripts: [
			{ matches, js: ['content.js'], run_at: 'document_start' },
			{ matches, js: ['tap.js'], run_at: 'document_start', world: 'MAIN' },
		],
	});
	for (const name of ['browser_specific_settings', 'optional_permissions', 'optional_host_permissions', 'sandbox']) delete manifest[name];
	await writeFile(join(outDir, 'manifest.json'), JSON.stringify(manifest, null, 2));
	return outDir;
}
