import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { buildOnce } from '../build-once.ts';

const root = resolve(import.meta.dirname, '../..');
const scripts = { content: 'src/content/content.ts', tap: 'src/tap/tap.ts', background: 'test/content/background.ts' };

/** What runs in the page, the composer and the tests' own background, built as an extension that is enabled on loopback pages. Returns its folder. */
export const buildTestExtension = (): Promise<string> => buildOnce('content', build);

async function build(outDir: string): Promise<void> {
	// loaded here, as most test files find the build made and need no bundler
	const { build: bundle } = await import('vite');
	const pages = { composer: join(root, 'src/composer.html'), panel: join(root, 'test/content/panel.html') };
	const common = { outDir, emptyOutDir: false, target: 'es2023', modulePreload: { polyfill: false } } as const;
	for (const [name, page] of Object.entries(pages))
		await bundle({
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
		await bundle({
			configFile: false,
			root,
			publicDir: false,
			logLevel: 'warn',
			define: { __TARGET__: '"chrome"', __NETWORK__: '"all"', __NOTICES__: 'false' },
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
		content_scripts: [
			{ matches, js: ['content.js'], run_at: 'document_start' },
			{ matches, js: ['tap.js'], run_at: 'document_start', world: 'MAIN' },
		],
	});
	for (const name of ['browser_specific_settings', 'optional_permissions', 'optional_host_permissions']) delete manifest[name];
	await writeFile(join(outDir, 'manifest.json'), JSON.stringify(manifest, null, 2));
}
