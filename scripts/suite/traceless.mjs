// Which tests leave nothing behind, so that many may run in one set of modules: to begin a fresh one takes as long as most of them do.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What changes a module or the world around it, or goes on after the test. */
const traces =
	/\bvi\b|\bfakeBrowser\b|\bfake-indexeddb\b|\bglobalThis\b|\bprocess\b|\bObject\.define|\bset(Timeout|Interval|Flags)|\bcreateServer\b|\bcreateLibp2p/;
/** Sources that hold nothing but caches, whose values follow from what is asked for. */
const stateless = /^(src\/(protocol|vault|devices|messages|networks(?!\/channel))|scripts|bench)\//;

/** Does a test, with the helpers that it imports, leave modules and globals as they were? `path` from the root of the project. */
export function isTraceless(path, folder = root) {
	const seen = new Set();
	const leavesNone = (file) => {
		if (seen.has(file)) return true;
		seen.add(file);
		if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
		const text = readFileSync(file, 'utf8');
		if (traces.test(text)) return false;
		const names = [...text.matchAll(/\b(?:from|import)\b\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(([, name]) => resolve(dirname(file), name));
		return names.every((name) => {
			const place = relative(folder, name).replaceAll('\\', '/');
			return stateless.test(place) || (place.startsWith('test/') && (/\.json$/.test(place) || leavesNone(name)));
		});
	};
	return leavesNone(join(folder, path));
}
