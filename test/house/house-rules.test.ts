import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { importsOf } from '../../scripts/import-rule.ts';

const root = join(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
	.split('\0')
	.filter((path) => path && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const code = tracked.filter((path) => /\.(ts|tsx|mjs)$/.test(path));
const source = code.filter((path) => path.startsWith('src/') && !path.endsWith('.d.ts'));

/** Names that a module calls or constructs as globals, bare or as a member of window, self or globalThis; and properties it names. */
function usesOf(path: string, text: string): { called: Set<string>; members: Set<string> } {
	const called = new Set<string>();
	const members = new Set<string>();
	interface Node {
		type?: string;
		callee?: Node;
		object?: Node;
		property?: Node;
		name?: string;
		value?: unknown;
	}
	const walk = (node: unknown): void => {
		if (typeof node !== 'object' || node === null) return;
		const { type, callee, object, property } = node as Node;
		if ((type === 'CallExpression' || type === 'NewExpression') && callee) {
			if (callee.type === 'Identifier') called.add(callee.name ?? '');
			const global = callee.type === 'MemberExpression' && ['window', 'self', 'globalThis'].includes(callee.object?.name ?? '');
			if (global) called.add(callee.property?.name ?? '');
		}
		// one that names its file in the source is followed by the build
		if (type === 'ImportExpression' && (node as { source?: Node }).source?.type !== 'Literal') called.add('import()');
		if (type === 'MemberExpression') {
			members.add(property?.name ?? '');
			if (object?.type === 'Identifier') members.add(`${object.name}.${property?.name}`);
		}
		if (type === 'JSXIdentifier') members.add((node as Node).name ?? '');
		for (const child of Object.values(node)) walk(child);
	};
	walk(parseSync(path, text).program);
	return { called, members };
}

const uses = new Map(source.map((path) => [path, usesOf(path, read(path))]));
const callers = (names: string[]) => source.filter((path) => names.some((name) => uses.get(path)?.called.has(name)));
const users = (names: string[]) => source.filter((path) => names.some((name) => uses.get(path)?.members.has(name)));

describe('the reader of sources itself', () => {
	it('sees calls of globals and nothing of the same name elsewhere', () => {
		const { called, members } = usesOf(
			'x.tsx',
			"channel.fetch(a); new self.WebSocket(b); fetch(c); document.body.innerHTML = ''; <i dangerouslySetInnerHTML={d} />; Math.random(); import(e); import('./f.ts');",
		);
		expect([...called]).toEqual(['WebSocket', 'fetch', 'import()']);
		expect([...members]).toEqual(expect.arrayContaining(['innerHTML', 'dangerouslySetInnerHTML', 'Math.random']));
	});
});

describe('sources', () => {
	it('are there', () => expect(source.length).toBeGreaterThan(50));

	it('open connections in the channel alone', () => {
		const openers = ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'RTCPeerConnection', 'WebTransport'];
		const elsewhere = callers(openers).filter((path) => !path.startsWith('src/networks/channel/'));
		expect([...elsewhere, ...users(['sendBeacon'])]).toEqual([]);
	});

	it('load scripts in one place, and by names that the build gives', () => {
		expect(callers(['importScripts'])).toEqual(['src/background/load.ts']);
		expect(callers(['import()'])).toEqual([]);
	});

	it('make no markup and no code from strings', () => {
		expect(
			users(['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML', 'document.write', 'createContextualFragment']),
		).toEqual([]);
		expect(callers(['eval', 'Function', 'DOMParser'])).toEqual([]);
	});

	it('draw randomness from the browser’s cryptography alone, or the machine’s', () => {
		expect(users(['Math.random'])).toEqual([]);
		const programs = code.filter((path) => path.startsWith('notifier/'));
		expect(programs.length).toBeGreaterThan(10);
		expect(programs.filter((path) => usesOf(path, read(path)).members.has('Math.random'))).toEqual([]);
	});

	it('write nothing into a page’s own storage', () =>
		expect(users(['localStorage.setItem', 'sessionStorage.setItem', 'window.localStorage', 'document.cookie'])).toEqual([]));
});

describe('files', () => {
	it('are short', () => {
		const most = (path: string) => (path.startsWith('test/') ? 500 : 300);
		const long = code.filter((path) => read(path).split('\n').length > most(path) + 1);
		expect(long).toEqual([]);
	});

	it('are named after what they hold', () => {
		const bags = code.filter((path) => /^(utils?|helpers?|managers?|common|misc)\./.test(basename(path)));
		expect(bags).toEqual([]);
	});

	it('wait for an event as long as a busy machine needs', () => {
		// by itself `vi.waitFor` gives up after a second
		const hasty = code.filter((path) => /vi\.wait(For|Until)\((?!.*timeout)/.test(read(path)));
		expect(hasty).toEqual([]);
	});

	it('name no path of a machine and no registry', () => {
		const texts = tracked.filter((path) => !/\.(png|ico|zip)$/.test(path));
		const told = texts.filter((path) => /(^|[\s"'`(=])\/(work|root|home)\/|registry\.npmjs|npmmirror/.test(read(path)));
		expect(told.filter((path) => path !== 'test/house/house-rules.test.ts')).toEqual([]);
	});
});

describe('tests', () => {
	const tests = code.filter((path) => /\.test\.tsx?$/.test(path));
	it('are never narrowed, repeated until they pass, or left out without a reason that the machine can see', () => {
		const cheating = tests.filter((path) => /\b(it|test|describe)\.(only|skip|todo|fails)\b|\bretry:|\.retry\(/.test(read(path)));
		expect(cheating.filter((path) => path !== 'test/house/house-rules.test.ts')).toEqual([]);
	});
});

describe('dependencies', () => {
	const { dependencies, devDependencies } = JSON.parse(read('package.json'));
	// an older release beside the one in use goes by another name: `npm:name@version`
	it('are pinned exactly', () => {
		const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
			([, version]) => !/^(npm:[\w@/.-]+@)?\d+\.\d+\.\d+$/.test(version),
		);
		expect(loose).toEqual([]);
	});
	it('are all in the lock file, those of other platforms too, or npm ci refuses', () => {
		const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { optionalDependencies?: object }> };
		const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies).filter((name) => !packages[`node_modules/${name}`] && !packages[`${place}/node_modules/${name}`]),
		);
		expect(missing).toEqual([]);
	});
	it('are all that the extension is made of: what tests and tools bring, Waku with it, is out of its reach', () => {
		const named = new Set(source.flatMap((path) => importsOf(path, read(path))).filter((name) => !name.startsWith('.')));
		const packages = [...named].map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]);
		// of the browsers' interface there are types alone
		expect(packages.filter((name) => name && !(name in dependencies) && name !== 'webextension-polyfill')).toEqual([]);
		const { packages: installed } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
		const ofWaku = Object.keys(installed).filter((place) => /\/(@waku\/|@libp2p\/|libp2p$)/.test(place));
		expect(ofWaku.length).toBeGreaterThan(10);
		expect(ofWaku.filter((place) => !installed[place]?.dev)).toEqual([]);
		const inputs = [...read('vite.config.ts').matchAll(/'((?:src|scripts|test|bench)\/[\w./-]+)'/g)].map(([, path]) => path ?? '');
		expect(inputs.filter((path) => !path.startsWith('src/'))).toEqual([]);
	});
	it('of the extension are few', () => expect(Object.keys(dependencies).length).toBeLessThanOrEqual(14));
});

describe('the manifest', () => {
	const manifest = JSON.parse(read('manifest.json'));
	it('asks for no site at install, and for these permissions alone', () => {
		expect(manifest.host_permissions).toBeUndefined();
		expect(manifest.content_scripts).toBeUndefined();
		expect(manifest.permissions).toEqual([
			'storage',
			'scripting',
			'activeTab',
			'alarms',
			'declarativeNetRequestWithHostAccess',
			'offscreen',
			// warns of nothing: the place beside the page (THREATS.md P10)
			'sidePanel',
		]);
	});
	it('shows pages one file of the extension, under an address that changes', () => {
		expect(manifest.web_accessible_resources).toEqual([
			{ resources: ['composer.html'], matches: ['https://*/*', 'http://*/*'], use_dynamic_url: true },
		]);
	});
	it('lets its own pages run its own scripts alone', () => {
		const policy = manifest.content_security_policy.extension_pages;
		expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
		expect(policy).not.toMatch(/unsafe|\*/);
	});
});
