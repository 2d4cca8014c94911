import { readdirSync, readFileSync } from 'node:fs';

/* Processor time of a browser's processes, as Linux tells it: other work on the machine makes none of it longer. */

const read = (path: string): string => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		// the process or thread has ended
		return '';
	}
};

/** The command line and the parent of every process. */
function listProcesses(): { pid: string; parent: string; command: string }[] {
	const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	return pids.map((pid) => ({
		pid,
		// proc(5): the name in brackets may hold anything, then state and parent
		parent: read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1] ?? '',
		command: read(`/proc/${pid}/cmdline`),
	}));
}

/**
 * The processes that run the extension's worker and pages in the Chromium with this profile directory. Empty elsewhere than on Linux.
 */
export function extensionProcesses(profile: string): string[] {
	if (process.platform !== 'linux') return [];
	const all = listProcesses();
	const family = new Set(all.filter(({ command }) => command.includes(`--user-data-dir=${profile}\0`)).map(({ pid }) => pid));
	for (let size = 0; size !== family.size; ) {
		size = family.size;
		for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
	}
	return all.filter(({ pid, command }) => family.has(pid) && command.includes('--extension-process')).map(({ pid }) => pid);
}

/** ms of processor time that all threads of these processes which still run have used. */
export function processorTimeOf(pids: readonly string[]): number {
	const threads = pids.flatMap((pid) => {
		try {
			return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);
		} catch {
			return [];
		}
	});
	return threads.reduce((sum, path) => sum + Number(read(path).split(' ')[0]) / 1e6, 0);
}
