import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { buildOnce } from '../build-once.ts';

const root = resolve(import.meta.dirname, '../..');
const policies = {
	'content-security-policy': "default-src 'self'; connect-src *; style-src 'self' 'unsafe-inline'; img-src * data:; worker-src blob:",
};

export interface CommentsServer {
	origin: string;
	/** address of a page with comments in it. `key`: the account's private key, 64 hex digits */
	page(settings: { relays: string[]; url: string; key: string }): string;
	close(): Promise<void>;
}

/** The version of nostr-comments that is installed, or '' where it is not. */
export function commentsVersion(): string {
	try {
		return (JSON.parse(readFileSync(join(root, 'node_modules/nostr-comments/package.json'), 'utf8')) as { version: string }).version;
	} catch {
		return '';
	}
}

/** Two modules that welshman imports are called otherwise in the release of @noble/curves that stands beside it here. */
const newerCurves: Plugin = {
	name: 'newer-curves',
	enforce: 'pre',
	resolveId(source, importer = '') {
		if (!importer.includes('/@welshman/')) return null;
		const name = { '@noble/curves/secp256k1': 'secp256k1', '@noble/curves/abstract/utils': 'utils' }[source];
		return name ? this.resolve(`@noble/curves/${name}.js`, importer) : null;
	},
};

/** One script that a page needs nothing beside, bundled from a file of test/pages. */
export async function bundlePage(name: string): Promise<string> {
	const folder = await buildOnce(`page-${basename(name, '.js')}`, async (outDir) => {
		// loaded here, as most test files find the build made and need no bundler
		const { build } = await import('vite');
		await build({
			configFile: false,
			root,
			publicDir: false,
			logLevel: 'error',
			define: { 'process.env.NODE_ENV': '"production"' },
			plugins: [newerCurves],
			build: {
				outDir,
				emptyOutDir: true,
				rolldownOptions: {
					input: { page: resolve(root, 'test/pages', name) },
					output: { format: 'iife', entryFileNames: '[name].js', codeSplitting: false },
				},
			},
		});
	});
	return readFile(join(folder, 'page.js'), 'utf8');
}

/** Text that may stand in an element of type application/json. */
export const inlineJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * Serves an article with the real nostr-comments under it, on a host of its own beside the relay's.
 * @param first a script that the page runs before any other
 */
export async function serveNostrComments(first = ''): Promise<CommentsServer> {
	const script = await bundlePage('nostr-comments.js');
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
		if (pathname === '/page.js')
			return void response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600', ...policies }).end(script);
		if (pathname === '/first.js') return void response.writeHead(200, { 'content-type': 'text/javascript', ...policies }).end(first);
		if (pathname !== '/article') return void response.writeHead(404).end();
		const settings = inlineJson(JSON.parse(searchParams.get('settings') ?? '{}'));
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policies }).end(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Who decides?</title>${first && '<script src="/first.js"></script>'}<link rel="icon" href="data:,">
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 720px; margin: 32px auto; padding: 0 16px; color: #1f2937 }</style></head>
<body><h1>Who decides?</h1><p>The council voted on Tuesday. Here is what was said, and what was not.</p>
<script type="application/json" id="settings">${settings}</script><div id="comments"></div><script src="/page.js"></script></body></html>`);
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		page: (settings) => `${origin}/article?settings=${encodeURIComponent(JSON.stringify(settings))}`,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
}
