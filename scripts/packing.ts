import { minify } from 'terser';
import type { Plugin } from 'vite';

interface SyntaxNode {
	type: string;
	start: number;
	end: number;
	quasis?: SyntaxNode[];
}

/** Every node of this type in a syntax tree, in the order of the source. */
function nodesOf(tree: unknown, type: string): SyntaxNode[] {
	if (typeof tree !== 'object' || tree === null) return [];
	const node = tree as SyntaxNode;
	return node.type === type ? [node] : Object.values(tree).flatMap((part) => nodesOf(part, type));
}

const tighten = (rules: string): string =>
	rules
		.replace(/\/\*.*?\*\//gs, '')
		.replace(/\s+/g, ' ')
		.replace(/([:;{},>]) /g, '$1')
		.replace(/ ([{}>]|!important)/g, '$1');

/** Style rules that stand in a script as templates: their comments, line breaks and spaces are for readers of the source. */
export const tightStyles: Plugin = {
	name: 'tight-styles',
	transform(code, id) {
		if (!/\/src\/(content\/.*|frontends\/.*|platform\/drawing\/\w+-style)\.ts$/.test(id)) return null;
		let tight = '';
		let done = 0;
		for (const template of nodesOf(this.parse(code), 'TemplateLiteral')) {
			if (!/\{ [\s\S]*: [\s\S]* \}/.test(code.slice(template.start, template.end))) continue;
			// what stands in `${}` is no part of the rules
			for (const { start, end } of nodesOf(template.quasis, 'TemplateElement')) {
				tight += code.slice(done, start) + tighten(code.slice(start, end));
				done = end;
			}
		}
		return { code: tight + code.slice(done), map: null };
	},
};

/** What runs in every page has a limit (scripts/sizes.ts): Terser finds in it what the bundler's own minifier leaves. */
export const packed: Plugin = {
	name: 'packed',
	async generateBundle({ format }, bundle) {
		if (format !== 'iife') return;
		for (const chunk of Object.values(bundle)) {
			if (chunk.type !== 'chunk') continue;
			// a comment that is no comment to browsers
			const [footer = ''] = /\n\/\/# sourceURL=.*\s*$/.exec(chunk.code) ?? [];
			const { code } = await minify(chunk.code, { ecma: 2020 });
			chunk.code = `${code}${footer}`;
		}
	},
};
