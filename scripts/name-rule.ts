import { parseSync } from 'vite';

/** Participles that do not end in -ed. */
const irregular = new Set(
	(
		'begun bound broken brought built chosen drawn forgotten found given gone heard held hidden kept known left lost made met one ' +
		'said seen sent shown spent taken thought told written'
	).split(' '),
);
/** Nouns and verbs that only look like participles. */
const otherwise = new Set('bed embed feed indeed need red seed shed speed'.split(' '));

/** Whether a name is a participle alone: it tells what happened to a thing, and not what the thing is. `one` counts as one. */
function isBareParticiple(name: string): boolean {
	return irregular.has(name) || (/^[a-z]+ed$/.test(name) && !otherwise.has(name));
}

/** So many lines a thing may live without a name of its own. */
const shortLife = 8;
/** The most lines of a function. */
const longestFunction = 80;

interface Node extends Record<string, unknown> {
	type: string;
	start: number;
	end: number;
}
const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';
const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** Names that a pattern binds, with where they stand. */
function boundNames(pattern: Node): { name: string; start: number }[] {
	if (pattern.type === 'Identifier') return [{ name: pattern.name as string, start: pattern.start }];
	if (pattern.type === 'AssignmentPattern') return boundNames(pattern.left as Node);
	// in short form the name is that of a field, and stands where the field is declared
	if (pattern.type === 'Property') return pattern.shorthand ? [] : boundNames(pattern.value as Node);
	if (/^(Array|Object)Pattern$|^RestElement$/.test(pattern.type)) return childrenOf(pattern).flatMap(boundNames);
	return [];
}

/**
 * Judges one source: things that are called by a participle alone and are exported, live in the module or longer than a few lines,
 * and functions that are too long. Returns one sentence for each; none = all is well. Throws on a syntax error.
 */
export function nameFaults(path: string, source: string): string[] {
	const { program, errors } = parseSync(path, source);
	if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
	const faults: string[] = [];
	const lineOf = (at: number) => source.slice(0, at).split('\n').length;
	const linesBetween = (start: number, end: number) => lineOf(end) - lineOf(start) + 1;
	const judge = (pattern: Node, scope: Node) => {
		for (const { name, start } of boundNames(pattern)) {
			const lives = scope.type === 'Program' ? 'the module' : `${linesBetween(start, scope.end)} lines`;
			if (isBareParticiple(name) && (scope.type === 'Program' || linesBetween(start, scope.end) > shortLife))
				faults.push(`${path}:${lineOf(start)}: \`${name}\` lives ${lives === 'the module' ? 'in the module' : `for ${lives}`}`);
		}
	};
	const walk = (node: Node, scope: Node) => {
		if (node.type === 'VariableDeclarator') judge(node.id as Node, scope);
		let inner = /^(BlockStatement|For\w*Statement|SwitchStatement|CatchClause)$/.test(node.type) ? node : scope;
		if (/Function/.test(node.type) && isNode(node.body)) {
			const lines = linesBetween(node.start, node.end);
			if (lines > longestFunction) faults.push(`${path}:${lineOf(node.start)}: a function of ${lines} lines`);
			if (node.type === 'FunctionDeclaration') judge(node.id as Node, scope);
			for (const parameter of node.params as Node[]) judge(parameter, node);
			inner = node;
		}
		for (const child of childrenOf(node)) walk(child, inner);
	};
	walk(program as unknown as Node, program as unknown as Node);
	return faults;
}
