/** Something that holds bytes by name. Two of these hold the vault; neither is trusted to work. */
export interface Store {
	/** what a notice calls it */
	readonly name: 'storage' | 'database';
	/** The bytes, or null where there are none. What is there but unreadable comes back as no bytes at all (length 0). */
	read(name: string): Promise<Uint8Array | null>;
	write(name: string, bytes: Uint8Array): Promise<void>;
	remove(name: string): Promise<void>;
	/** the names that begin with `prefix` */
	list(prefix: string): Promise<string[]>;
}

/** Is this how a browser says that there is no room left? Chromium's storage.local names its quota, all else has the DOM's name for it. */
export function saysFull(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	return error.name === 'QuotaExceededError' || /quota|disk is full|FILE_ERROR_NO_SPACE/i.test(error.message);
}
