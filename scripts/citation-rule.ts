/** A citation in a text: the page that it names and, where there is one, the section or row. */
interface Citation {
	page: string;
	/** `§2` or `§12.1` as `2`, `12.1`; a row as `N10` */
	section: string;
	/** as it stands in the text */
	written: string;
}

const page = /(?<!\/)\b((?:docs\/)?[A-Za-z][\w-]*\.md)\b(?:(?:,? §(\d+(?:\.\d+)*))|(?: ([A-Z]\d+d?)\b))?/g;
/** Pages that are cited without their ending, or that stand elsewhere: whoever reads such a name does not find it. */
const unresolvable = /\b(LEAKS|PROTOCOL|DESIGN|STYLE)\b(?!\.md)/g;

function citationsOf(text: string): Citation[] {
	const named = [...text.matchAll(page)].map(([written, path = '', section, row]) => ({
		page: path,
		section: section ?? row ?? '',
		written,
	}));
	return [...named, ...[...text.matchAll(unresolvable)].map(([written]) => ({ page: written, section: '', written }))];
}

/** What can be cited of a page: the numbers of its headings, the first cells of its tables, and what its paragraphs begin with (`I1 …`). */
export function sectionsOf(text: string): Set<string> {
	const headings = [...text.matchAll(/^#+ (\d+(?:\.\d+)*)\b/gm)];
	const rows = [...text.matchAll(/^\| ([A-Z]\d+d?) \|/gm)];
	const invariants = [...text.matchAll(/(?:^|\. )([A-Z]\d+) (?=[A-Z])/gm)];
	return new Set([...headings, ...rows, ...invariants].map(([, section = '']) => section));
}

/**
 * One sentence for each citation that does not resolve; none = all is well.
 * @param text where it stands
 * @param pages every page that can be cited, by path from the root of the project
 */
export function citationFaults(text: string, pages: Map<string, string>): string[] {
	return citationsOf(text).flatMap(({ page: path, section, written }) => {
		const content = pages.get(path);
		if (content === undefined) return [`${written}: there is no such page`];
		return !section || sectionsOf(content).has(section) ? [] : [`${written}: the page has no such section`];
	});
}
