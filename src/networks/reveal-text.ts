/** characters of the longest that is read: a statement with names as long as honest ones are has some 500 */
const longest = 3000;

/** The public reveal in a message's text (docs/protocol.md §8), the first of several; '' where there is none, or it is too long for an honest one. */
export function revealIn(body: string): string {
	const text = /(?<![\w-])bauta-reveal:1:[\w-]+/.exec(body)?.[0] ?? '';
	return text.length <= longest ? text : '';
}
