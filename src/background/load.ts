/*
 * What Chromium starts: a service worker may not `import()`, but it may `importScripts` what it named while it was installed. The background
 * is therefore built as modules in the form of CommonJS, each wrapped in a call of `define`; this runs them, and loads those that are asked for
 * later. Firefox has modules of its own and does without this file (vite.config.ts).
 */

type Module = Record<string, unknown>;
type Factory = (require: (name: string) => Module, module: { exports: Module }, exports: Module) => void;

declare const importScripts: (...names: string[]) => void;
/** every script of the background but this one, by file name; put in by the build */
declare const __SCRIPTS__: string[];

const factories = new Map<string, Factory>();
const modules = new Map<string, Module>();

/** The exports of a script. Loads and runs it where that was not done yet; throws what it throws, and is as before then. */
function load(path: string): Module {
	const name = path.replace(/^\.\//, '');
	const known = modules.get(name);
	if (known) return known;
	if (!factories.has(name)) importScripts(name);
	const factory = factories.get(name);
	if (!factory) throw new Error(`${name} is no script of the background`);
	const module = { exports: {} };
	modules.set(name, module.exports);
	try {
		factory(load, module, module.exports);
	} catch (thrown) {
		modules.delete(name);
		throw thrown;
	}
	return module.exports;
}

Object.assign(globalThis, { define: (name: string, factory: Factory) => factories.set(name, factory) });
// this is the only time at which the browser keeps scripts for later; they are taken in, and not run
addEventListener('install', (event) => {
	try {
		importScripts(...__SCRIPTS__.filter((name) => !factories.has(name)));
	} catch (thrown) {
		// not installed rather than installed without one of its parts
		(event as Event & { waitUntil(work: Promise<never>): void }).waitUntil(Promise.reject(thrown));
	}
});
load('background-main.js');
