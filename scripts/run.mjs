import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';

/**
 * Runs one command with everything that it starts, without standard input, its output going into a log file.
 * Resolves to true when it ended with 0. After `minutes` it is ended, and that is a failure.
 */
export function run(command, { cwd, log, append, minutes }) {
	const file = openSync(log, append ? 'a' : 'w');
	const note = (line) => writeSync(file, `${line}\n`);
	note(`$ ${command.join(' ').replaceAll(`${cwd}`, '')}`);
	return new Promise((done) => {
		const script = command[0].endsWith('.js') ? [process.execPath, ...command] : command;
		const child = spawn(script[0], script.slice(1), {
			cwd,
			stdio: ['ignore', file, file],
			detached: true,
			env: { ...process.env, NO_COLOR: '1', NO_UPDATE_NOTIFIER: '1' },
		});
		const end = (signal) => {
			try {
				process.kill(-child.pid, signal);
			} catch {
				// the whole group has ended
			}
		};
		const stop = () => {
			end('SIGTERM');
			process.exit(1);
		};
		process.once('SIGINT', stop);
		process.once('SIGTERM', stop);
		const timer = setTimeout(() => {
			note(`ended after ${minutes.toFixed(1)} minutes without a result`);
			end('SIGTERM');
			setTimeout(() => end('SIGKILL'), 5000).unref();
		}, minutes * 60_000);
		const finish = (ok) => {
			clearTimeout(timer);
			process.off('SIGINT', stop);
			process.off('SIGTERM', stop);
			closeSync(file);
			done(ok);
		};
		child.once('error', (error) => {
			note(String(error));
			finish(false);
		});
		child.once('exit', (code) => finish(code === 0));
	});
}
