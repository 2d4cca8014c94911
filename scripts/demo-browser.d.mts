export function browserFor(
	words: string[],
	machine?: { env?: Record<string, string | undefined>; isPresent?: (command: string) => boolean; exists?: (path: string) => boolean },
): { target: 'chrome' | 'firefox'; missing: string[] };
