import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, defineConfig, type InlineConfig, type Plugin } from 'vite';
import { packed, tightStyles } from './scripts/packing.ts';
import { privateNames } from './scripts/private-names.ts';
import { frontends } from './src/frontends/all.ts';
import { networks } from './src/messages/rooms.ts';

type Target = 'chrome' | 'firefox';
const root = import.meta.dirname;

/** Each of these becomes one classic script: no chunks, no `import()`, so that it runs before the page's first script. */
const scripts = {
	content: 'src/content/content.ts',
	tap: 'src/tap/tap.ts',
	detect: 'src/content/detect.ts',
	work: 'src/networks/nostr/proof-of-work-worker.ts',
};
const pages = ['popup', 'composer', 'offscreen', 'channel'];

/** The one manifest.json, with what the other browser alone understands taken out. */
function manifestFor(target: Target): string {
	const manifest = JSON.parse(readFileSync(resolve(root, 'manifest.json'), 'utf8'));
	if (target === 'chrome') {
		delete manifest.background.scripts;
		delete manifest.browser_specific_settings;
		// a proxy for Bauta's own requests alone is Firefox's
		manifest.optional_permissions = manifest.optional_permissions.filter((name: string) => name !== 'proxy');
		delete manifest.sidebar_action;
	} else {
		delete manifest.background.service_worker;
		manifest.background.type = 'module';
		delete manifest.minimum_chrome_version;
		manifest.incognito = 'not_allowed';
		manifest.permissions = manifest.permissions.filter((name: string) => name !== 'offscreen' && name !== 'sidePanel');
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

/** Names the scripts that a build wrote. */
function noting(names: string[]): Plugin {
	return {
		name: 'noting',
		generateBundle(_, bundle) {
			names.push(...Object.keys(bundle));
		},
	};
}

/** Vite has what `import()` needs fetched ahead by elements in the page, but not in a worker; the background has no page, or none to put them in. */
const withoutPreload: Plugin = {
	name: 'without-preload',
	configResolved: (config) => void Object.assign(config, { isWorker: true }),
};

/** Builds one script and, where `output` says so, what it loads later. */
function script(
	target: Target,
	outDir: string,
	name: string,
	entry: string,
	more: Pick<InlineConfig, 'define' | 'plugins'>,
	output: object,
) {
	return build({
		configFile: false,
		root,
		publicDir: false,
		logLevel: 'warn',
		plugins: [withoutPreload, tightStyles, packed, ...(more.plugins ?? [])],
		define: { __TARGET__: JSON.stringify(target), __NETWORK__: JSON.stringify('all'), __NOTICES__: 'false', ...more.define },
		build: {
			outDir,
			emptyOutDir: false,
			copyPublicDir: false,
			target: 'es2023',
			modulePreload: false,
			rolldownOptions: {
				// packing takes longer than all the rest
				checks: { bundlerTimings: false },
				input: { [name]: resolve(root, entry) },
				output: { entryFileNames: '[name].js', ...output },
			},
		},
	});
}

// modules are strict, and so is what is made of them: of a function that is not, its callers can be had
const whole = { format: 'iife', codeSplitting: false, strict: true };
/**
 * The tap runs among the page's own functions, and these see in the stack of an error who called them. There it has no address: in Firefox
 * that is another one for each installation.
 */
const tap = { ...whole, postFooter: '//# sourceURL=<anonymous>' };
/** Properties that no other context sees get short names. */
const content = { ...whole, minify: { mangleProps: { include: new RegExp(`^(${privateNames.join('|')})$`) } } };

/** A site runs content.js with the frontend of its own web chat, and tap.js with its network (src/background/pages/content-scripts.ts). */
function onlyFrontend(id: string): Plugin {
	const list = resolve(root, 'src/frontends/all.ts');
	return {
		name: 'only-frontend',
		enforce: 'pre',
		load: (path) => {
			if (path !== list) return null;
			const line = readFileSync(list, 'utf8')
				.split('\n')
				.find((candidate) => candidate.endsWith(` from './${id}.ts';`));
			return `${line}\nexport const frontends = [${/\{ (\w+) \}/.exec(line ?? '')?.[1]}];`;
		},
	};
}

const frontendIds = { __FRONTENDS__: JSON.stringify(Object.fromEntries(frontends.map(({ id, network }) => [id, network]))) };

/**
 * The background's parts that are made of what several `import()` ask for: whoever needs one of these files soon needs the others, and in one
 * piece they pack best. A file goes into the first part that reaches it; what one network or one `import()` alone needs is a part of its own.
 */
const parts = {
	// everything that runs as the background starts
	start: ['src/background/background.ts'],
	// what reads messages, labels, takes in and sends them, and what every network's traffic needs for that
	messages: [
		'src/background/answers/frames.ts',
		'src/background/recognition/labels.ts',
		'src/background/recognition/own-posts.ts',
		'src/background/identities/own-voices.ts',
		'src/background/outbox/unknown-outcome.ts',
		'src/background/pages/renewals.ts',
		'src/background/access/looks.ts',
		'src/background/composers/requests.ts',
		'src/networks/channel/open.ts',
		'src/networks/page-word.ts',
		'src/networks/pace.ts',
	],
	nostr: ['src/networks/nostr/traffic.ts'],
	devices: ['src/background/devices/sync-round.ts', 'src/background/identities/synced-generations.ts', 'src/devices/wild-generations.ts'],
	notifier: ['src/background/notifier/visits.ts'],
	scrypt: ['node_modules/@noble/hashes/scrypt.js'],
	// what voices are named with, and phrases are written in
	words: ['node_modules/@scure/bip39/wordlists/english.js'],
	// keys, backups and linked devices, as people ask for them
	rare: ['src/background/answers/rare.ts', 'src/platform/strength/strength.ts'],
};

/** Puts each file of the background into its part. */
function inParts() {
	type Chunking = { getModuleInfo(id: string): { importedIds: string[] } | null };
	const groups = Object.entries(parts).map(([part, entries], place, { length }) => {
		const reached = new Set<string>();
		const name = (id: string, chunking: Chunking): string | null => {
			// by its real path, as files go by it here: what is in `node_modules` may lie somewhere else
			if (reached.size === 0) for (const entry of entries) reached.add(realpathSync(resolve(root, entry)));
			for (const file of reached) for (const imported of chunking.getModuleInfo(file)?.importedIds ?? []) reached.add(imported);
			return reached.has(id) ? part : null;
		};
		return { name, debugName: part, priority: length - place };
	});
	return { groups };
}

/** A part of the background, named after one of its files. */
function partName({ name, facadeModuleId }: { name: string; facadeModuleId: string | null }): string {
	const network = /\/networks\/(\w+)\/traffic\.ts$/.exec(facadeModuleId ?? '')?.[1];
	return `background-${network ?? name}.js`;
}

/** The background loads most of itself when it is needed: as modules in Firefox, by way of load.ts in Chromium. */
async function background(target: Target, outDir: string): Promise<void> {
	const entry = 'src/background/background.ts';
	if (target === 'firefox') {
		await script(
			target,
			outDir,
			'background',
			entry,
			{ define: frontendIds },
			{ format: 'es', chunkFileNames: partName, codeSplitting: inParts() },
		);
		return;
	}
	const names: string[] = [];
	const wrapped = {
		format: 'cjs',
		codeSplitting: inParts(),
		chunkFileNames: partName,
		banner: ({ fileName }: { fileName: string }) => `define(${JSON.stringify(fileName)},(require,module,exports)=>{`,
		footer: '});',
	};
	await script(target, outDir, 'background-main', entry, { plugins: [noting(names)], define: frontendIds }, wrapped);
	await script(target, outDir, 'background', 'src/background/load.ts', { define: { __SCRIPTS__: JSON.stringify(names) } }, whole);
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
			await background(target, outDir);
			for (const [name, entry] of Object.entries(scripts))
				await script(target, outDir, name, entry, {}, name === 'content' ? content : name === 'tap' ? tap : whole);
			for (const { id } of frontends)
				await script(target, outDir, `content-${id}`, scripts.content, { plugins: [onlyFrontend(id)] }, content);
			for (const network of [...networks, null])
				for (const notices of network ? [false, true] : [true]) {
					const name = ['tap', network, notices && 'notices'].filter(Boolean).join('-');
					const define = { __NETWORK__: JSON.stringify(network ?? 'all'), __NOTICES__: String(notices) };
					await script(target, outDir, name, scripts.tap, { define }, tap);
				}
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
