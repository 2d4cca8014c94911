import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, defineConfig, type Plugin } from 'vite';

type Target = 'chrome' | 'firefox';
const root = import.meta.dirname;

/** Each of these becomes one classic script: no chunks, no `import()`, so that it runs before the page's first script. */
const scripts = {
	background: 'src/background/background.ts',
	content: 'src/content/content.ts',
	tap: 'src/content/tap.ts',
	probe: 'src/content/probe.ts',
	work: 'src/networks/nostr/worker.ts',
};
const pages = ['popup', 'composer', 'offscreen', 'channel', 'sandbox'];

/** The one manifest.json, with what the other browser alone understands taken out. */
function manifestFor(target: Target): string {
	const manifest = JSON.parse(readFileSync(resolve(root, 'manifest.json'), 'utf8'));
	if (target === 'chrome') {
		delete manifest.background.scripts;
		delete manifest.browser_specific_settings;
		delete manifest.optional_permissions;
	} else {
		delete manifest.background.service_worker;
		delete manifest.minimum_chrome_version;
		delete manifest.sandbox;
		manifest.incognito = 'not_allowed';
		manifest.permissions = manifest.permissions.filter((name: string) => name !== 'offscreen');
		for (const entry of manifest.web_accessible_resources) delete entry.use_dynamic_url;
	}
	return JSON.stringify(manifest, null, 2);
}

/** Takes preact's way of setting markup from strings out of the build: nothing here uses it, and what is not there cannot be misused. */
function withoutMarkupFromStrings(): Plugin {
	const assignment = /(\w+)\.innerHTML=(\w+)\.__html/;
	return {
		name: 'without-markup-from-strings',
		transform(code, id) {
			if (!/preact\/dist\/preact\.m?js/.test(id)) return null;
			if (!assignment.test(code)) throw new Error('preact sets markup in another way than it used to; look at it again');
			return { code: code.replace(assignment, '$1.textContent=$2.__html'), map: null };
		},
	};
}

function webExtension(target: Target): Plugin {
	let outDir = '';
	return {
		name: 'web-extension',
		apply: 'build',
		configResolved(config) {
			outDir = resolve(config.root, config.build.outDir);
		},
		generateBundle() {
			this.emitFile({ type: 'asset', fileName: 'manifest.json', source: manifestFor(target) });
		},
		async closeBundle() {
			for (const [name, entry] of Object.entries(scripts))
				await build({
					configFile: false,
					root,
					publicDir: false,
					logLevel: 'warn',
					define: { __TARGET__: JSON.stringify(target) },
					build: {
						outDir,
						emptyOutDir: false,
						copyPublicDir: false,
						target: 'es2023',
						modulePreload: false,
						rolldownOptions: {
							input: { [name]: resolve(root, entry) },
							output: { format: 'iife', entryFileNames: '[name].js', codeSplitting: false },
						},
					},
				});
		},
	};
}

export default defineConfig(({ mode }) => {
	const target: Target = mode === 'firefox' ? 'firefox' : 'chrome';
	const shown = target === 'chrome' ? pages : pages.filter((page) => page === 'popup' || page === 'composer');
	return {
		root: 'src',
		base: './',
		publicDir: resolve(root, 'public'),
		define: { __TARGET__: JSON.stringify(target) },
		plugins: [withoutMarkupFromStrings(), webExtension(target)],
		oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
		build: {
			outDir: `../dist-${target}`,
			emptyOutDir: true,
			target: 'es2023',
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: Object.fromEntries(shown.map((page) => [page, resolve(root, `src/${page}.html`)])),
				output: { entryFileNames: 'pages/[name].js', chunkFileNames: 'pages/[name].js', assetFileNames: 'pages/[name][extname]' },
			},
		},
	};
});
