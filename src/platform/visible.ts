/** Characters that show nothing: blanks, marks for formatting, what fonts ignore, and the empty pattern of Braille. */
const unseen = /[\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Whether anything of a text can be seen. */
export const isVisible = (text: string): boolean => text.replace(unseen, '') !== '';

/** What is taken out, beside what the two groups before it keep: whole emoji, and joiners where a letter before them looks otherwise. */
const signs = new RegExp(
	String.raw`(\p{RGI_Emoji}|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]|` +
		String.raw`(?<=[[[\p{sc=Arab}\p{sc=Syrc}\p{sc=Nkoo}\p{sc=Mong}]&&\p{L}]--[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0688-\u0699\u06c0-\u06cb\u06cd-\u06cf\u06d2-\u06d5]])[\u200c\u200d](?=[\u200c\u200d]*\p{L}))|` +
		String.raw`[\p{Default_Ignorable_Code_Point}\x80-\x9f\ufff9-\ufffb]`,
	'gv',
);

/**
 * The text without what nobody sees in it: marks that show nothing, blanks other than the usual ones, blanks at the end of a line, and letters
 * that are written in another way than they could be. A page that text is copied from can have put its reader's name in there.
 */
export const withoutUnseen = (text: string): string =>
	text
		.normalize('NFC')
		.replace(/[\x85\u2028\u2029]/g, '\n')
		.replace(signs, '$1')
		.replace(/[\xa0\u1680\u2000-\u200a\u202f\u205f\u2800]/g, ' ')
		.replace(/(?<![\t ])[\t ]+(?=[\r\n])/g, '');
