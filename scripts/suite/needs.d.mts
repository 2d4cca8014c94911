export function needsOf(path: string, folder?: string): string[];
export function testFiles(folder?: string): Map<string, string[]>;
