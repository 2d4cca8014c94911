/*
 * What Chromium starts. A service worker may not `import()`, but it may `importScripts` what it named while it was installed. So the
 * background is built as scripts in the form of CommonJS, each wrapped in a call of `define`. This file runs the first of them, and the others
 * when they are asked for. Firefox runs modules as they are and does without this file (vite.config.ts).
 */

type Module = Record<string, unknown>;
type Factory = (require: (name: string) => Module, module: { exports: Module }, exports: Module) => void;

declare const importScripts: (...names: string[]) => void;
/** file names of every script of the background but this one; put in by the build */
declare const __SCRIPTS__: string[];

const factories = new Map<string, Factory>();
const modules = new Map<string, Module>();

/** The exports of a script. Loads and runs it the first time. Throws what the script throws; then it runs anew the next time. */
function load(path: string): Module {
	const name = path.replace(/^\.\//, '');
	const exports = modules.get(name);
	if (exports) return exports;
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
// Chromium keeps scripts for later only if they are named during `install`: here they are fetched, and not run
addEventListener('install', (event) => {
	try {
		importScripts(...__SCRIPTS__.filter((name) => !factories.has(name)));
	} catch (thrown) {
		// better not installed than without one of its scripts
		(event as Event & { waitUntil(work: Promise<never>): void }).waitUntil(Promise.reject(thrown));
	}
});
load('background-main.js');
