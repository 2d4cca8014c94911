import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';
import { buildOnce } from '../build-once.ts';
import { type PagesServer, serveScripts } from './chat-pages.ts';

const list = join(import.meta.dirname, '../pages/web-chat');
/** It needs packages of 2023, many of which the tree has in other versions: so it has a tree of its own, which nothing else sees. */
const home = resolve(import.meta.dirname, '../../.cache/web-chat');

/** The packages of its lock file, where they are not there yet; none of their scripts is run. Throws what npm said. */
async function install(): Promise<void> {
	const lock = readFileSync(join(list, 'package-lock.json'), 'utf8');
	// written last: what was broken off is begun anew
	const installedLock = join(home, 'node_modules/.installed-lock');
	if (existsSync(installedLock) && readFileSync(installedLock, 'utf8') === lock) return;
	mkdirSync(home, { recursive: true });
	for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(list, name), join(home, name));
	await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home });
	cpSync(join(home, 'node_modules/@waku/create-app/examples/web-chat/src'), join(home, 'src'), { recursive: true });
	writeFileSync(installedLock, lock);
}

/** The one change to it: where its node is. It looks for nodes by DNS, and libp2p in a browser keeps away from this machine's own addresses. */
const nodeOfTest: Plugin = {
	name: 'node-of-test',
	enforce: 'pre',
	transform(code, id) {
		if (!id.endsWith('/web-chat/src/index.tsx')) return null;
		const asItIs = 'options={{ defaultBootstrap: true }}';
		if (!code.includes(asItIs)) throw new Error('the web chat of Waku is configured in another way than it used to be');
		const here =
			'options={{ libp2p: { connectionGater: { denyDialMultiaddr: () => false }, peerDiscovery: [bootstrap({ list: [settings.node] })] } }}';
		const settings = "const settings = JSON.parse(document.querySelector('#settings').textContent);";
		return `import { bootstrap } from '@libp2p/bootstrap';\n${settings}\n${code.replace(asItIs, here)}`;
	},
};

const bundle = () =>
	buildOnce('web-chat', async (outDir) => {
		await install();
		const { build } = await import('vite');
		await build({
			configFile: false,
			root: home,
			publicDir: false,
			logLevel: 'error',
			define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
			oxc: { jsx: { runtime: 'automatic', importSource: 'react', development: false } },
			plugins: [nodeOfTest],
			build: {
				outDir,
				emptyOutDir: true,
				rolldownOptions: {
					input: { page: join(home, 'src/index.tsx') },
					output: { format: 'iife', entryFileNames: '[name].js', codeSplitting: false },
				},
			},
		});
	});

/** Serves Waku's public web chat (`@waku/create-app`, examples/web-chat), which talks to this node. */
export async function serveWebChat(node: string): Promise<PagesServer> {
	const script = readFileSync(join(await bundle(), 'page.js'), 'utf8');
	return serveScripts({ title: 'Waku v2 chat app', description: 'Chat app powered by js-waku' }, { node }, { '/page.js': script });
}
