import { patience } from '../../test/until.ts';

/** How long one step may take, ms: what a browser never answers to would go on for ever, and be no verdict. */
const longest = 4 * patience;

/** What a step gives. Throws where it does not end. */
export function inTime<T>(name: string, acting: Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, fail) => {
		timer = setTimeout(() => fail(new Error(`the step "${name}" did not end`)), longest);
	});
	return Promise.race([acting, late]).finally(() => clearTimeout(timer));
}
