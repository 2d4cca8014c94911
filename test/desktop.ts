import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { type Display, openDisplay } from './display.ts';
import { patience, until } from './until.ts';

const run = promisify(execFile);

/** What a program asked the desktop to show, as it came over D-Bus (Desktop Notifications Specification, `Notify`). */
export interface DesktopNotice {
	title: string;
	body: string;
	/** the desktop is asked to play no sound with it */
	silent: boolean;
	/** it takes the place of an earlier one */
	replaces: boolean;
}

/** A screen of its own with a session bus, a notification daemon and a witness of all that it is told. */
export interface Desktop {
	display: Display;
	/** for the browser: which screen, which bus */
	env: Record<string, string>;
	/** everything that was shown so far, in order */
	notices: DesktopNotice[];
	close(): Promise<void>;
}

const firstLine = (child: ChildProcess, fd: number, name: string): Promise<string> =>
	new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`${name} says nothing`)), patience);
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
		child.stdio[fd]?.once('data', (chunk: Buffer) => {
			clearTimeout(timer);
			resolve(chunk.toString().split('\n')[0] ?? '');
		});
	});

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((done) => child.once('exit', done));
	child.kill();
	await ended;
}

/** One call as dbus-monitor writes it: the program, a number, its icon, title, body, actions, hints. */
const call =
	/member=Notify\n {3}string "[\s\S]*?"\n {3}uint32 (\d+)\n {3}string "[\s\S]*?"\n {3}string "([\s\S]*?)"\n {3}string "([\s\S]*?)"\n {3}array \[[\s\S]*?\n {3}\]\n {3}array \[([\s\S]*?)\n {3}\]\n {3}int32/g;

/** Starts one. `XDG` folders are not touched; programs on this bus see no other. */
export async function openDesktop(): Promise<Desktop> {
	const display = await openDisplay();
	const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=3'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
	const children = [bus];
	const discardNow = () => {
		for (const child of children) child.kill('SIGKILL');
	};
	process.once('exit', discardNow);
	const notices: DesktopNotice[] = [];
	const close = async () => {
		process.off('exit', discardNow);
		for (const child of children.reverse()) await end(child);
		await display.close();
	};
	try {
		const address = await firstLine(bus, 3, 'dbus-daemon');
		const env = { DISPLAY: display.name, DBUS_SESSION_BUS_ADDRESS: address };
		const options = { env: { ...process.env, ...env } };
		children.push(spawn('dunst', ['-conf', '/dev/null'], { ...options, stdio: 'ignore' }));
		const owners = async () =>
			(
				await run(
					'dbus-send',
					['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.ListNames'],
					options,
				)
			).stdout;
		await until(async () => (await owners()).includes('org.freedesktop.Notifications'), 'the notification daemon');
		const monitor = spawn('dbus-monitor', ['--session', "interface='org.freedesktop.Notifications',member='Notify'"], {
			...options,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		children.push(monitor);
		let output = '';
		monitor.stdout.on('data', (chunk: Buffer) => {
			output += chunk.toString();
			notices.splice(
				0,
				notices.length,
				...[...output.matchAll(call)].map(([, replaced, title = '', body = '', hints = '']) => ({
					title,
					body,
					silent: /"suppress-sound"\s*(?:variant\s*)?boolean true/.test(hints),
					replaces: replaced !== '0',
				})),
			);
		});
		// it watches once it has told of its own start
		await until(() => output.length > 0, 'dbus-monitor');
		return { display, env, notices, close };
	} catch (fault) {
		await close();
		throw fault;
	}
}
