import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildOnce } from '../build-once.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * The popup, as it ships, built beside the small background of these tests (fake-background.ts).
 * `language`: the only one in the build, so that a browser of any language shows it. Returns its folder.
 */
export const buildPopup = (language: 'en' | 'ar'): Promise<string> => buildOnce(`popup-${language}`, (folder) => build(folder, language));

async function build(outDir: string, language: 'en' | 'ar'): Promise<void> {
	// loaded here, as most test files find the build made and need no bundler
	const { build: bundle } = await import('vite');
	const common = { configFile: false, root: join(root, 'src'), base: './', logLevel: 'warn', define: { __TARGET__: '"chrome"' } } as const;
	await bundle({
		...common,
		publicDir: join(root, 'public'),
		oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
		build: {
			outDir,
			emptyOutDir: true,
			target: 'es2023',
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: { popup: join(root, 'src/popup.html') },
				output: { entryFileNames: 'pages/[name].js', chunkFileNames: 'pages/[name].js', assetFileNames: 'pages/[name][extname]' },
			},
		},
	});
	await bundle({
		...common,
		publicDir: false,
		build: {
			outDir,
			emptyOutDir: false,
			target: 'es2023',
			rolldownOptions: {
				input: { background: join(import.meta.dirname, 'fake-background.ts') },
				output: { format: 'iife', entryFileNames: 'background.js', codeSplitting: false },
			},
		},
	});
	const manifest = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'));
	for (const key of ['browser_specific_settings', 'optional_permissions', 'web_accessible_resources']) delete manifest[key];
	manifest.background = { service_worker: 'background.js' };
	manifest.host_permissions = manifest.optional_host_permissions;
	delete manifest.optional_host_permissions;
	manifest.default_locale = language;
	if (language !== 'en') {
		await cp(join(outDir, `_locales/${language}`), join(outDir, '_locales/en'), { recursive: true });
	}
	await writeFile(join(outDir, 'manifest.json'), JSON.stringify(manifest));
}
