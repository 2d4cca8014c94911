import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const project = resolve(import.meta.dirname, '..');

/**
 * Bundles a module as the extension is bundled. What runs for long, or is measured, runs from such a bundle:
 * tsx rewrites the hash functions on the fly, and they come out twenty times slower than anywhere else.
 */
export async function bundle(entry: string, target: 'node' | 'browser'): Promise<string> {
	const output = await build({
		configFile: false,
		root: project,
		publicDir: false,
		logLevel: 'error',
		...(target === 'node' ? { ssr: { noExternal: true as const } } : {}),
		build: {
			write: false,
			minify: false,
			target: 'es2023',
			...(target === 'node' ? { ssr: resolve(project, entry) } : {}),
			rolldownOptions: {
				...(target === 'node' ? {} : { input: resolve(project, entry) }),
				output: target === 'node' ? { format: 'es', codeSplitting: false } : { format: 'iife', name: 'bundled', codeSplitting: false },
				...(target === 'node' ? {} : { preserveEntrySignatures: 'strict' as const }),
			},
		},
	});
	const [first] = [output].flat();
	if (!first || !('output' in first)) throw new Error(`${entry} gave no bundle`);
	return first.output[0].code;
}

/** Bundles a module for node and imports it. */
export async function importBundle<T>(entry: string): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-bundle-'));
	try {
		const path = join(folder, 'bundle.mjs');
		writeFileSync(path, await bundle(entry, 'node'));
		return (await import(pathToFileURL(path).href)) as T;
	} finally {
		rmSync(folder, { recursive: true });
	}
}
