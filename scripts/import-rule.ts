import { posix } from 'node:path';
import { parseSync } from 'vite';

/** One part of `src/` and what its files may import. Patterns match from the start of a path in `src/`, or of a package's name. */
export interface Zone {
	name: string;
	files: RegExp;
	/** files in `src/`, beside those of the zone itself */
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
const polyfill = /^webextension-polyfill$/;
const valibot = /^valibot$/;

/** Who may import whom (ARCHITECTURE.md). The first zone whose `files` match a file is the file's zone. */
export const zones: Zone[] = [
	{ name: 'messages', files: messages, inside: [], packages: [polyfill] },
	{ name: 'platform', files: platform, inside: [messages], packages: [polyfill, valibot] },
	{ name: 'protocol', files: protocol, inside: [], packages: [curves, fastHash] },
	{ name: 'vault', files: /^vault\//, inside: [protocol, platform, messages], packages: [curves, valibot, polyfill] },
	{ name: 'devices', files: /^devices\//, inside: [protocol, platform, messages], packages: [curves, valibot, polyfill] },
	{ name: 'wire', files: wire, inside: [protocol, messages, contract], packages: [/^saxes$/, curves] },
	{ name: 'networks', files: /^networks\//, inside: [protocol, platform, messages], packages: [curves, valibot, polyfill] },
	{
		name: 'background',
		files: /^background\//,
		inside: [protocol, platform, messages, /^vault\//, /^devices\//, /^networks\//],
		packages: [curves, valibot, polyfill],
	},
	{ name: 'frontends', files: /^frontends\//, inside: [platform, messages], packages: [] },
	{ name: 'tap', files: /^tap\//, inside: [messages], packages: [] },
	{ name: 'content', files: /^content\//, inside: [platform, messages, /^frontends\//], packages: [polyfill] },
	...['popup', 'composer'].map((name) => ({
		name,
		files: new RegExp(`^${name}/`),
		inside: [platform, messages],
		packages: [/^preact(\/|$)/, /^@preact\/signals$/, polyfill, /^uqr$/, /^qr(\/|$)/],
	})),
];

/**
 * Only hardened derivation below the anonymous root (docs/protocol.md §2): what derives otherwise is out of reach, but where keys are
 * imported, and where the forms of Status are read. Holds for types too, and beside the zones.
 */
const derivation: { target: RegExp; allowed: RegExp }[] = [
	{ target: /^@scure\/bip32(\/|$)/, allowed: /^protocol\/account\// },
	{ target: /^protocol\/status\//, allowed: /^(protocol\/status|vault\/import)\// },
];

export interface Import {
	/** as written */
	name: string;
	/** nothing of it is left when the program runs */
	typeOnly: boolean;
}

/** What a module names in `import`, `export … from`, `import()` and `import('…')` types. Throws on a syntax error. */
export function importsOf(path: string, source: string): Import[] {
	const { program, errors } = parseSync(path, source);
	if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
	const imports: Import[] = [];
	const walk = (node: unknown): void => {
		if (typeof node !== 'object' || node === null) return;
		const { type, source: from, argument, importKind, exportKind } = node as Record<string, unknown> & { type?: string };
		const typeOnly = importKind === 'type' || exportKind === 'type' || type === 'TSImportType';
		if (type && /^(Import|Export|TSImport)/.test(type))
			for (const literal of [from, argument])
				if (typeof (literal as { value?: unknown } | null)?.value === 'string')
					imports.push({ name: (literal as { value: string }).value, typeOnly });
		for (const child of Object.values(node)) walk(child);
	};
	walk(program);
	return imports;
}

/** One circle of files that need each other to run, if there is any, as the list of its files with the first repeated at the end. */
function circle(graph: Map<string, string[]>): string[] | null {
	const done = new Set<string>();
	const trail: string[] = [];
	const visit = (file: string): string[] | null => {
		const at = trail.indexOf(file);
		if (at >= 0) return [...trail.slice(at), file];
		if (done.has(file)) return null;
		trail.push(file);
		for (const next of graph.get(file) ?? []) {
			const found = visit(next);
			if (found) return found;
		}
		trail.pop();
		done.add(file);
		return null;
	};
	for (const file of graph.keys()) {
		const found = visit(file);
		if (found) return found;
	}
	return null;
}

/** Judges sources by their paths in `src/`. Returns one sentence for each import that a rule forbids; none = all is well. */
export function importFaults(sources: Map<string, string>): string[] {
	const faults: string[] = [];
	const graph = new Map<string, string[]>();
	for (const [path, source] of sources) {
		const zone = zones.find((candidate) => candidate.files.test(path));
		if (!zone) {
			faults.push(`${path}: belongs to no zone of the import rule`);
			continue;
		}
		const targets: string[] = [];
		for (const { name, typeOnly } of importsOf(path, source)) {
			const inside = name.startsWith('.');
			const target = inside ? posix.join(posix.dirname(path), name) : name;
			if (inside && !typeOnly && sources.has(target)) targets.push(target);
			const allowed = inside ? [zone.files, ...zone.inside] : zone.packages;
			for (const { target: guarded, allowed: to } of derivation)
				if (guarded.test(target) && !to.test(path)) faults.push(`${path}: derivation that is not hardened: must not import ${target}`);
			const style = inside && /\.(css|svg)$/.test(target) && target.startsWith(`${zone.name}/`);
			if (!style && !allowed.some((pattern) => pattern.test(target))) faults.push(`${path}: ${zone.name} must not import ${target}`);
		}
		graph.set(path, targets);
	}
	const found = circle(graph);
	if (found) faults.push(`circle: ${found.join(' → ')}`);
	return faults;
}
