import { parseSync } from 'vite';

interface Entry {
	message: string;
	placeholders?: Record<string, { content: string }>;
}
export type Locale = Record<string, Entry>;

/** Keys that sources name, and beginnings of keys that sources complete while running (`error_${code}`). */
export interface Mentions {
	keys: Set<string>;
	beginnings: Set<string>;
}

const shape = /^(app|command|popup|composer|content|error|icon)_[A-Za-z0-9_]*$/;

/** Collects what a module (TypeScript) says that looks like a string's key. Throws on a syntax error. */
export function mentionsOf(path: string, source: string): Mentions {
	const { program, errors } = parseSync(path, source);
	if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
	const mentions: Mentions = { keys: new Set(), beginnings: new Set() };
	const walk = (node: unknown): void => {
		if (typeof node !== 'object' || node === null) return;
		const { type, value, quasis } = node as { type?: string; value?: unknown; quasis?: { value: { cooked: string } }[] };
		if (type === 'Literal' && typeof value === 'string' && shape.test(value)) mentions.keys.add(value);
		const first = type === 'TemplateLiteral' ? (quasis?.[0]?.value.cooked ?? '') : '';
		if (shape.test(first)) (quasis?.length === 1 ? mentions.keys : mentions.beginnings).add(first);
		for (const child of Object.values(node)) walk(child);
	};
	walk(program);
	return mentions;
}

const marks = (entry: Entry) => (entry.message.match(/\$\w+\$|\$\d/g) ?? []).map((mark) => mark.toLowerCase()).sort();

/** What is missing, left over or different between locales and sources, one sentence each. `requiredKeys`: keys that must be there. */
export function localeFaults(locales: Map<string, Locale>, mentions: Mentions, requiredKeys: Iterable<string>): string[] {
	const faults: string[] = [];
	const all = new Set([...locales.values()].flatMap((locale) => Object.keys(locale)));
	const expectedKeys = new Set([...mentions.keys, ...requiredKeys]);
	for (const [name, locale] of locales) {
		for (const key of new Set([...all, ...expectedKeys])) {
			const entry = locale[key];
			if (!entry) {
				faults.push(`${name}: ${key} is missing`);
				continue;
			}
			if (!entry.message.trim()) faults.push(`${name}: ${key} is empty`);
			for (const mark of marks(entry).filter((mark) => /\w\$$/.test(mark)))
				if (!Object.keys(entry.placeholders ?? {}).some((placeholder) => `$${placeholder.toLowerCase()}$` === mark))
					faults.push(`${name}: ${key} uses ${mark}, which is no placeholder of it`);
		}
	}
	const [[firstName, first] = ['', {}], ...others] = [...locales] as [string, Locale][];
	for (const [name, locale] of others)
		for (const key of all) {
			const [a, b] = [first[key], locale[key]];
			if (a && b && marks(a).join() !== marks(b).join()) faults.push(`${name}: ${key} fills in other places than ${firstName}`);
		}
	for (const key of all)
		if (!expectedKeys.has(key) && ![...mentions.beginnings].some((beginning) => key.startsWith(beginning)))
			faults.push(`${key} is used nowhere`);
	return faults;
}
