// What `npm test -- …` was asked for.

export const sectionNames = ['types', 'lint', 'unit', 'build', 'sizes', 'package-lint', 'e2e'];

/**
 * Reads the words after `npm test --`: names of sections, `--repeat N`, and anything else as a part of the paths of test files.
 * Throws where a word cannot be understood.
 */
export function readOptions(words) {
	const sections = [];
	const filters = [];
	let repeat = 1;
	for (let at = 0; at < words.length; at++) {
		const word = words[at];
		if (word === '--repeat' || word.startsWith('--repeat=')) {
			const count = word === '--repeat' ? words[++at] : word.slice('--repeat='.length);
			repeat = /^[1-9]\d*$/.test(count ?? '') ? Number(count) : Number.NaN;
			if (Number.isNaN(repeat)) throw new Error('--repeat takes a number: npm test -- --repeat 5 NAME');
		} else if (word.startsWith('-')) throw new Error(`unknown option ${word}`);
		else (sectionNames.includes(word) ? sections : filters).push(word);
	}
	if (repeat > 1 && !filters.length) throw new Error('--repeat takes a part of the path of a test file: npm test -- --repeat 5 NAME');
	return { sections, filters, repeat };
}

/**
 * The sections that run. `files`: every test file → the programs that it needs. With a filter and no section named: those that have a file
 * of this name. What needs a build brings it. Throws when a filter names no file.
 */
export function chooseSections({ sections, filters }, files) {
	const chosen = new Set(sections);
	if (filters.length) {
		const matching = [...files].filter(([path]) => filters.some((filter) => path.includes(filter)));
		if (!matching.length) throw new Error(`no test file is called ${filters.join(' or ')}`);
		const having = new Set(matching.map(([, needs]) => (needs.length ? 'e2e' : 'unit')));
		for (const name of ['unit', 'e2e']) {
			if (!sections.length && having.has(name)) chosen.add(name);
			if (!having.has(name)) chosen.delete(name);
		}
	} else if (!sections.length) for (const name of sectionNames) chosen.add(name);
	for (const name of ['sizes', 'package-lint', 'e2e']) if (chosen.has(name)) chosen.add('build');
	return chosen;
}
