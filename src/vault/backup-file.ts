/** Is this JSON one of Bauta's own backup files, of whatever version? */
export function isBackup(json: Record<string, unknown>): boolean {
	return json.format === 'bauta-backup';
}
