/** Characters that show nothing: blanks, marks for formatting, what fonts ignore, and the empty pattern of Braille. */
const unseen = /[\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Whether anything of a text can be seen. */
export const isVisible = (text: string): boolean => text.replace(unseen, '') !== '';
