/**
 * Whether a room asks in its own words (topic, name, description) that nobody writes in it anonymously: the word `no-anonymous`,
 * in capitals or not. Every network and every place that reads such words goes by this one rule.
 */
export const forbidsAnonymous = (text: string): boolean => /\bno-anonymous\b/i.test(text);
