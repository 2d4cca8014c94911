/** What the first field of a backup file says. */
export const backupFormat = 'bauta-backup';

/** Is this JSON one of Bauta's own backup files, of whatever version? */
export function isBackup(json: Record<string, unknown>): boolean {
	return json.format === backupFormat;
}
