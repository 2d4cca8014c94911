import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { readJournal } from './journal.mjs';

const sizeOf = (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const textOf = (path) => (sizeOf(path) ? readFileSync(path, 'utf8') : '');

/**
 * Runs one command with everything that it starts, without standard input, its output going into a log file.
 * Resolves to true when it ended with 0. How long it takes is its own affair; but when neither its log nor its `journal` grew for `silence`
 * minutes it hangs: the log says which tests were running, the whole group of processes is ended, and that is a failure.
 */
export function run(command, { cwd, log, append = false, journal = '', silence = 15, env = {} }) {
	const file = openSync(log, append ? 'a' : 'w');
	const note = (line) => writeSync(file, `${line}\n`);
	note(`$ ${command.join(' ').replaceAll(`${cwd}`, '')}`);
	return new Promise((done) => {
		const script = /\.m?js$/.test(command[0]) ? [process.execPath, ...command] : command;
		const child = spawn(script[0], script.slice(1), {
			cwd,
			stdio: ['ignore', file, file],
			detached: true,
			env: { ...process.env, NO_COLOR: '1', NO_UPDATE_NOTIFIER: '1', ...env },
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
		const written = () => sizeOf(log) + sizeOf(journal);
		let size = written();
		let still = 0;
		// counted in steps: a machine that sleeps in between lets nothing grow old
		const looks = 120;
		const watch = setInterval(
			() => {
				still = written() === size ? still + 1 : 0;
				size = written();
				if (still < looks) return;
				clearInterval(watch);
				const names = journal ? readJournal(textOf(journal)).running : [];
				note(`nothing happened for ${silence} minutes${names.length ? '; still running:' : ''}`);
				for (const name of names) note(`HANGS ${name}`);
				end('SIGTERM');
				setTimeout(() => end('SIGKILL'), 5000).unref();
			},
			(silence * 60_000) / looks,
		);
		const finish = (ok) => {
			clearInterval(watch);
			process.off('SIGINT', stop);
			process.off('SIGTERM', stop);
			closeSync(file);
			done(ok);
		};
		child.once('error', (error) => {
			note(String(error));
			finish(false);
		});
		child.once('exit', (code) => finish(code === 0 && still < looks));
	});
}
