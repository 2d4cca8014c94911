export const sectionNames: string[];
export interface Options {
	sections: string[];
	filters: string[];
	repeat: number;
}
export function readOptions(words: string[]): Options;
export function chooseSections(options: Pick<Options, 'sections' | 'filters'>, files: Map<string, string[]>): Set<string>;
