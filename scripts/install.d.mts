export function present(command: string, path?: string): boolean;
export function staleModules(folder?: string): string[];
export function installModules(say: (line: string) => void): void;
export function missingPackages(commands: string[], isPresent?: (command: string) => boolean): string[];
export function installCommands(
	commands: string[],
	say: (line: string) => void,
	machine?: { isPresent?: (command: string) => boolean; install?: (packages: string[]) => void; isRoot?: boolean },
): string[];
