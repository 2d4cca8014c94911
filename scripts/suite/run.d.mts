export function run(
	command: string[],
	how: { cwd: string; log: string; append?: boolean; journal?: string; silence?: number; env?: Record<string, string> },
): Promise<boolean>;
