export function isTraceless(path: string, folder?: string): boolean;
