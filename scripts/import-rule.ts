import { posix } from 'node:path';
import { parseSync } from 'vite';

/** One part of the house and what its files may import. Patterns match from the start of a path from `src/`, or of a package's name. */
export interface Zone {
	name: string;
	files: RegExp;
	/** files of other zones */
	inside: RegExp[];
	packages: RegExp[];
}

const platform = /^platform\//;
const messages = /^messages\//;
const protocol = /^protocol\//;
const curves = /^@(noble|scure)\//;
/** what every network fulfils: the files that lie beside the networks' folders */
const contract = /^networks\/[^/]+$/;
/** what builds and parses, in a network's folder */
const wire = /^networks\/[^/]+\/wire\//;
/** SHA-256 for what is done with every message that is met: in Chromium twice as fast as noble's (bench/protocol.ts) */
const fastHash = /^@stablelib\/sha256$/;
/** the extension's API, below everything else */
const api = /^platform\/api\//;
const valibot = /^valibot$/;
/** a program of its own, beside `src/`: by its path from there */
const notifier = /^\.\.\/notifier\//;
/** from a file of the notifier into `src/` */
const intoSource = /^\.\.\/src\//;

/** Who may import whom (ARCHITECTURE.md). The first zone whose `files` match a file is the file's zone. */
export const zones: Zone[] = [
	{ name: 'platform/api', files: api, inside: [], packages: [/^webextension-polyfill$/] },
	{ name: 'messages', files: messages, inside: [api], packages: [] },
	{ name: 'platform', files: platform, inside: [messages], packages: [valibot] },
	{ name: 'protocol', files: protocol, inside: [], packages: [curves, fastHash] },
	{ name: 'vault', files: /^vault\//, inside: [protocol, platform, messages], packages: [curves, valibot] },
	{ name: 'devices', files: /^devices\//, inside: [protocol, platform, messages], packages: [curves, valibot] },
	{ name: 'wire', files: wire, inside: [protocol, messages, contract], packages: [/^saxes$/, curves] },
	{ name: 'networks', files: /^networks\//, inside: [protocol, platform, messages], packages: [curves, valibot] },
	{
		name: 'background',
		files: /^background\//,
		inside: [protocol, platform, messages, /^vault\//, /^devices\//, /^networks\//],
		packages: [curves, valibot],
	},
	{ name: 'frontends', files: /^frontends\//, inside: [/^platform\/(?!api\/)/, messages], packages: [] },
	{ name: 'tap', files: /^tap\//, inside: [messages], packages: [] },
	{ name: 'content', files: /^content\//, inside: [platform, messages, /^frontends\//], packages: [] },
	...['popup', 'composer'].map((name) => ({
		name,
		files: new RegExp(`^${name}/`),
		inside: [platform, messages],
		packages: [/^preact(\/|$)/, /^@preact\/signals$/, /^uqr$/, /^qr(\/|$)/],
	})),
	{
		name: 'notifier',
		files: notifier,
		// the contract's own files are pure, too; what makes connections in the extension, keeps its keys or writes messages is out of reach
		inside: [protocol, messages, wire, contract],
		packages: [/^node:/, curves, valibot, /^saxes$/, /^uqr$/, /^web-push$/, /^ws$/],
	},
];

/**
 * Only hardened derivation below the anonymous root (docs/protocol.md §2): what derives otherwise is out of reach, but where keys are
 * imported, and where the forms of Status are read. Holds for types too, and beside the zones.
 */
const derivation: { target: RegExp; allowed: RegExp }[] = [
	{ target: /^@scure\/bip32(\/|$)/, allowed: /^protocol\/account\// },
	{ target: /^protocol\/status\//, allowed: /^(protocol\/status|vault\/import)\// },
];

/**
 * What a module names in `import`, `export … from`, `import()` and `import('…')` types, as written there, types included.
 * Throws on a syntax error.
 */
export function importsOf(path: string, source: string): string[] {
	const { program, errors } = parseSync(path, source);
	if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
	const names: string[] = [];
	const walk = (node: unknown): void => {
		if (typeof node !== 'object' || node === null) return;
		const { type, source: from, argument } = node as Record<string, unknown> & { type?: string };
		if (type && /^(Import|Export|TSImport)/.test(type))
			for (const literal of [from, argument])
				if (typeof (literal as { value?: unknown } | null)?.value === 'string') names.push((literal as { value: string }).value);
		for (const child of Object.values(node)) walk(child);
	};
	walk(program);
	return names;
}

/** One circle in a graph, if there is any, as the list of its members with the first repeated at the end. */
function findCircle(graph: Map<string, Set<string>>): string[] | null {
	const finished = new Set<string>();
	const trail: string[] = [];
	const visit = (node: string): string[] | null => {
		const at = trail.indexOf(node);
		if (at >= 0) return [...trail.slice(at), node];
		if (finished.has(node)) return null;
		trail.push(node);
		for (const next of graph.get(node) ?? []) {
			const circle = visit(next);
			if (circle) return circle;
		}
		trail.pop();
		finished.add(node);
		return null;
	};
	for (const node of graph.keys()) {
		const circle = visit(node);
		if (circle) return circle;
	}
	return null;
}

/** The same graph between the folders of files. */
function folderGraph(files: Map<string, Set<string>>): Map<string, Set<string>> {
	const folders = new Map<string, Set<string>>();
	for (const [file, targets] of files) {
		const folder = posix.dirname(file);
		const below = folders.get(folder) ?? new Set();
		folders.set(folder, below);
		for (const target of targets) if (posix.dirname(target) !== folder) below.add(posix.dirname(target));
	}
	return folders;
}

/**
 * The floors of a folder, the lowest first (ARCHITECTURE.md). A folder rests on lower floors alone; those of one floor know nothing of each
 * other. Files beside the folders stand on top of them.
 */
const floors: { folder: string; rooms: string[][] }[] = [
	{
		folder: 'background',
		rooms: [
			['state', 'router'],
			['access', 'identities'],
			['recognition'],
			['outbox', 'proofs'],
			['pages'],
			['composers', 'devices', 'notifier'],
			['answers'],
		],
	},
	{ folder: 'content', rooms: [['bridge', 'page'], ['panel']] },
	{
		folder: 'popup',
		rooms: [
			['state'],
			['ui'],
			['care', 'codes', 'notifier'],
			['proofs'],
			['site', 'keys', 'devices', 'settings'],
			['identity'],
			['first-run'],
		],
	},
];

/** The folder with floors that a file is in, the floor it stands on, and its room there; null where there are none. */
function floorOf(path: string): { folder: string; floor: number; room: string } | null {
	const [folder = '', room = '', ...rest] = path.split('/');
	const rooms = floors.find((house) => house.folder === folder)?.rooms;
	if (!rooms) return null;
	return rest.length === 0
		? { folder, floor: rooms.length, room: '' }
		: { folder, floor: rooms.findIndex((names) => names.includes(room)), room };
}

/** Whether a file must not rest on another of the same folder with floors. */
function restsTooHigh(path: string, target: string): boolean {
	const [above, below] = [floorOf(path), floorOf(target)];
	if (!above || !below || above.folder !== below.folder || above.room === below.room) return false;
	return above.floor < 0 || below.floor < 0 || below.floor >= above.floor;
}

/** Judges sources by their paths from `src/`. Returns one sentence for each import that a rule forbids; none = all is well. */
export function importFaults(sources: Map<string, string>): string[] {
	const faults: string[] = [];
	const graph = new Map<string, Set<string>>();
	for (const [path, source] of sources) {
		const zone = zones.find((candidate) => candidate.files.test(path));
		if (!zone) {
			faults.push(`${path}: belongs to no zone of the import rule`);
			continue;
		}
		const targets = new Set<string>();
		for (const name of importsOf(path, source)) {
			const inside = name.startsWith('.');
			const target = inside ? posix.join(posix.dirname(path), name).replace(intoSource, '') : name;
			if (inside && sources.has(target)) targets.add(target);
			if (inside && restsTooHigh(path, target)) faults.push(`${path}: must not rest on ${target}, which is not below it`);
			const allowed = inside ? [zone.files, ...zone.inside] : zone.packages;
			for (const { target: guarded, allowed: to } of derivation)
				if (guarded.test(target) && !to.test(path)) faults.push(`${path}: derivation that is not hardened: must not import ${target}`);
			const style = inside && /\.(css|svg)$/.test(target) && target.startsWith(`${zone.name}/`);
			if (!style && !allowed.some((pattern) => pattern.test(target))) faults.push(`${path}: ${zone.name} must not import ${target}`);
		}
		graph.set(path, targets);
	}
	for (const [what, circle] of [
		['files', findCircle(graph)],
		['folders', findCircle(folderGraph(graph))],
	] as const)
		if (circle) faults.push(`circle of ${what}: ${circle.join(' → ')}`);
	return faults;
}
