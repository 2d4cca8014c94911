/** What a chat's own field understands and Bauta's does not: it would leave as text, for everybody to read. */

/** The commands of each web chat's field, by the id of its frontend. All of them have `/me`, which is sent as text by everybody. */
const commands: Record<string, string> = {
	converse: 'admin ban clear close deop destroy help kick member modtools mute nick op owner register revoke subject topic voice',
};

/**
 * Whether a text is a command of this web chat, or only begins as commands do; null for a text that is neither.
 * A path or a fraction, as in `/etc/hosts` or `/2`, is no command.
 */
export function commandIn(text: string, frontend: string): 'command' | 'like-command' | null {
	const [, name = '', next = ''] = /^\s*\/([a-z]+)(.?)/is.exec(text) ?? [];
	const isWord = next.trim() === '';
	if (!name || (name === 'me' && isWord)) return null;
	const own = Object.hasOwn(commands, frontend) ? (commands[frontend] ?? '') : '';
	if (own.split(' ').includes(name.toLowerCase())) return 'command';
	return isWord ? 'like-command' : null;
}

/** Whether a text calls somebody by `@`, which calls nobody from here. */
export const callsSomebody = (text: string): boolean => /(?:^|[\s(])@[\p{L}\p{N}_]/u.test(text);

/** Whether a text has an emoji by its name, which is sent as it is written. */
export const namesEmoji = (text: string): boolean => /(?:^|\s):[+-]?\w[\w+-]*:(?=\s|$)/.test(text);
