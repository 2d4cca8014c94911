// Fails unless the Firefox build passes the store's own linter without an error, a warning or a notice.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const command = [
	'node_modules/web-ext/bin/web-ext.js',
	'lint',
	'--source-dir',
	'dist-firefox',
	'--output',
	'json',
	'--no-config-discovery',
];

interface Report {
	summary: { errors: number; warnings: number; notices: number };
	[kind: string]: unknown;
}

function lint(): string {
	try {
		return execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8', env: { ...process.env, NO_UPDATE_NOTIFIER: '1' } });
	} catch (error) {
		const { stdout } = error as { stdout?: string };
		if (!stdout) throw error;
		return stdout;
	}
}

const report = JSON.parse(lint()) as Report;
const { errors, warnings, notices } = report.summary;
for (const kind of ['errors', 'warnings', 'notices'])
	for (const { code, message, file, line } of report[kind] as { code: string; message: string; file: string; line: number }[])
		process.stdout.write(`${kind}: ${code} ${file ?? ''}:${line ?? ''} ${message}\n`);
process.stdout.write(`web-ext lint: ${errors} errors, ${warnings} warnings, ${notices} notices\n`);
process.exitCode = errors + warnings + notices ? 1 : 0;
