import { posix } from 'node:path';
import { parseSync } from 'vite';

/*
 * What of a folder's code the bundle holds: followed from its entries, export by export, as the bundler does that leaves out what nothing
 * uses. Types are followed like everything else: one that only unshipped code names is unshipped.
 */

/** Paths in `src/` and their text. */
export type Sources = ReadonlyMap<string, string>;

/** One statement at the top of a module. */
interface Statement {
	/** what it declares for the rest of the module */
	declares: string[];
	/** what it names, its own locals among them */
	mentions: Set<string>;
	/** `import('…')` in it: names that are taken out of it, `*` where that cannot be told */
	later: Origin[];
}
interface Origin {
	path: string;
	name: string;
}
interface Module {
	statements: Statement[];
	/** local name → where it comes from */
	imports: Map<string, Origin>;
	/** exported name → local name, or where it comes from */
	exports: Map<string, string | Origin>;
	/** modules that are imported for what they do */
	effects: string[];
	/** modules that are loaded before this one runs */
	atStart: Set<string>;
}

/** The parser's tree, as far as it is read. */
interface Tree {
	type: string;
	start: number;
	end: number;
	name: string;
	computed?: boolean;
	shorthand?: boolean;
	source?: { value: string } | null;
	importKind?: string;
	exportKind?: string;
	specifiers?: { local: Tree; imported?: Tree; exported: Tree }[];
	declaration?: Tree | null;
	declarations: Tree[];
	id?: Tree | null;
}

/** The names under a node, but for those of members and of an object's keys. */
function mentionsOf(value: unknown, into: Set<string> = new Set()): Set<string> {
	if (typeof value !== 'object' || value === null) return into;
	const { type, name, computed, shorthand } = value as Tree;
	if (type === 'Identifier' || type === 'JSXIdentifier') into.add(name);
	for (const [member, child] of Object.entries(value)) {
		const isName = (member === 'property' && !computed) || (member === 'key' && !computed && !shorthand);
		if (!isName) mentionsOf(child, into);
	}
	return into;
}

/** What a statement's text takes out of what it loads later: `const { a } = await import()`, `(await import()).a`, `import().then((m) => m.a)`. */
function loadedLater(text: string, from: string): Origin[] {
	const loads = text.matchAll(/(?:const \{([^}]*)\} = await )?import\('(\.[^']+)'\)(?:\)\.(\w+)|\.then\(\((\w+)\) => \4\.(\w+))?/g);
	return [...loads].flatMap(([, destructured, path = '', member, , picked]) => {
		const names = destructured?.split(',').map((name) => name.trim()) ?? [member ?? picked ?? '*'];
		return names.map((name) => ({ path: posix.join(posix.dirname(from), path), name }));
	});
}

function declaredBy(declaration: Tree | null | undefined): string[] {
	if (declaration?.type === 'VariableDeclaration')
		return declaration.declarations.flatMap(({ id }) => (id?.type === 'Identifier' ? [id.name] : [...mentionsOf(id)]));
	return declaration?.id?.name ? [declaration.id.name] : [];
}

function moduleOf(path: string, text: string): Module {
	const module: Module = { statements: [], imports: new Map(), exports: new Map(), effects: [], atStart: new Set() };
	const inside = (name: string) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : null);
	for (const node of parseSync(path, text).program.body as unknown as Tree[]) {
		const from = node.source ? inside(node.source.value) : null;
		if (from && node.importKind !== 'type' && node.exportKind !== 'type') module.atStart.add(from);
		if (node.type === 'ImportDeclaration') {
			if (from && node.specifiers?.length === 0) module.effects.push(from);
			for (const { local, imported } of node.specifiers ?? [])
				if (from) module.imports.set(local.name, { path: from, name: imported?.name ?? '*' });
			continue;
		}
		if (node.type === 'ExportAllDeclaration') throw new Error(`${path}: name what is exported`);
		for (const { local, exported } of node.specifiers ?? [])
			module.exports.set(exported.name, from ? { path: from, name: local.name } : local.name);
		const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
		const declares = declaredBy(declaration);
		if (declaration !== node) for (const name of declares) module.exports.set(name, name);
		const later = loadedLater(text.slice(node.start, node.end), path);
		if (declaration) module.statements.push({ declares, mentions: mentionsOf(declaration), later });
	}
	return module;
}

const modulesOf = (sources: Sources): Map<string, Module> =>
	new Map([...sources].filter(([path]) => /\.tsx?$/.test(path)).map(([path, text]) => [path, moduleOf(path, text)]));

/** Exports of files below `folder` that none of `entries` reaches, as `path name`, sorted. Paths in `src/`; throws on an entry that is not there. */
export function unshippedExports(sources: Sources, entries: readonly string[], folder: string): string[] {
	const modules = modulesOf(sources);
	const reachedNames = new Map<string, Set<string>>();
	const queue: Origin[] = [];

	/** Everything that a live statement mentions is live. */
	function follow(module: Module, path: string, { mentions, later }: Statement): void {
		for (const name of mentions) queue.push(module.imports.get(name) ?? { path, name });
		queue.push(...later);
	}
	function enter(path: string): Module | undefined {
		const module = modules.get(path);
		if (!module || reachedNames.has(path)) return module;
		reachedNames.set(path, new Set());
		for (const statement of module.statements) if (statement.declares.length === 0) follow(module, path, statement);
		for (const effect of [...module.effects, ...module.atStart]) enter(effect);
		return module;
	}
	for (const entry of entries) if (!enter(entry)) throw new Error(`no entry ${entry}`);
	for (let next = queue.pop(); next; next = queue.pop()) {
		const { path, name } = next;
		const module = enter(path);
		if (!module || reachedNames.get(path)?.has(name)) continue;
		reachedNames.get(path)?.add(name);
		if (name === '*') for (const exported of module.exports.keys()) queue.push({ path, name: exported });
		const local = module.exports.get(name) ?? name;
		if (typeof local !== 'string') queue.push(local);
		for (const statement of module.statements) if (statement.declares.includes(local as string)) follow(module, path, statement);
	}
	return [...modules]
		.filter(([path]) => path.startsWith(folder))
		.flatMap(([path, { exports }]) =>
			[...exports.keys()].filter((name) => !reachedNames.get(path)?.has(name)).map((name) => `${path} ${name}`),
		)
		.sort();
}

/** The files that run as `entry` starts, itself among them; not what it may load later. */
export function filesAtStart(sources: Sources, entry: string): string[] {
	const modules = modulesOf(sources);
	const files = new Set([entry]);
	for (const path of files) for (const imported of modules.get(path)?.atStart ?? []) files.add(imported);
	return [...files].sort();
}
