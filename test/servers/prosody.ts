import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { logIn, type TestAccount } from './account.ts';
import { freePort, runServer } from './local-server.ts';
import { makeRoom, type RoomKind } from './rooms.ts';

export type { TestAccount } from './account.ts';
export type { RoomKind } from './rooms.ts';

export interface ProsodyOptions {
	/** accounts to register; the password equals the name. Default: alice, bob */
	accounts?: string[];
	/** may anybody make a room by joining it? Default true, as servers come */
	openRoomCreation?: boolean;
	/** most bytes of one stanza from a client; Prosody's default is 256 kB */
	stanzaSizeLimit?: number;
	/** is there an anonymous host at all? Default true */
	anonymous?: boolean;
	/** do rooms called `crowd-N` have N people in them? Default false */
	crowds?: boolean;
	/** further lines of the configuration, between the global section and the hosts */
	extra?: string;
}

export interface Prosody {
	readonly domain: string;
	readonly anonymousDomain: string;
	readonly mucDomain: string;
	/** port of HTTP: BOSH at /http-bind, WebSocket at /xmpp-websocket */
	readonly httpPort: number;
	readonly bosh: string;
	readonly websocket: string;
	/** what the server wrote to its log so far */
	log(): string;
	register(name: string, password?: string): Promise<void>;
	/** logs in over a WebSocket of its own, straight to the server */
	logIn(name: string, password?: string): Promise<TestAccount>;
	/** makes a room of that kind, owned by the first account, on the service of the first domain or another one; returns its JID. The owner leaves it again */
	room(name: string, kind?: RoomKind, mucDomain?: string): Promise<string>;
	/** ends it at once, in the middle of whatever it does (SIGKILL) */
	kill(): Promise<void>;
	/** starts it again after `kill`, with the same data on the same ports */
	startAgain(): Promise<void>;
	/** SIGTERM by process id, then removes the data directory */
	stop(): Promise<void>;
}

const run = promisify(execFile);
const domain = 'chat.test';
const anonymousDomain = 'anon.chat.test';
const mucDomain = 'muc.chat.test';

/** Is a Prosody installed on this machine? */
export function prosodyInstalled(): boolean {
	return existsSync('/usr/bin/prosody') || existsSync('/usr/local/bin/prosody');
}

/** Lines of a host that takes anonymous guests. */
export const guestsOf = (host: string): string => `VirtualHost "${host}"
	authentication = "anonymous"
	modules_disabled = { "mam", "pep", "roster", "vcard4", "vcard_legacy", "carbons", "bookmarks", "private", "register", "blocklist" }
`;

const serviceOf = (host: string, open: boolean, crowds = false): string => `Component "${host}" "muc"
	modules_enabled = { "muc_mam"${crowds ? ', "crowd"' : ''} }
	restrict_room_creation = ${open ? 'false' : '"local"'}; muc_room_locking = false
	muc_room_default_persistent = true; muc_room_default_public = true; muc_log_by_default = true; muc_log_presences = false
`;

/** Lines of a domain beside the first: accounts, a host for guests (`anon.`) and a service for rooms (`muc.`). */
export const secondDomain = (host: string): string => `VirtualHost "${host}"\n${guestsOf(`anon.${host}`)}${serviceOf(`muc.${host}`, true)}`;

function configuration(here: string, c2sPort: number, httpPort: number, options: ProsodyOptions): string {
	const asRoot = process.getuid?.() === 0 ? 'run_as_root = true\n' : '';
	const limit = options.stanzaSizeLimit ? `c2s_stanza_size_limit = ${options.stanzaSizeLimit}\n` : '';
	const modules = `plugin_paths = { ${JSON.stringify(join(import.meta.dirname, 'prosody-modules'))} }`;
	const crowds = options.crowds ? `${modules}\nVirtualHost "crowd.test"\n\tmodules_enabled = { "crowd" }\n` : '';
	const anonymous = options.anonymous === false ? '' : guestsOf(anonymousDomain);
	return `local here = ${JSON.stringify(here)}
data_path = here.."/data"; certificates = here.."/certs"; pidfile = here.."/prosody.pid"; admin_socket = here.."/prosody.sock"
daemonize = false
${asRoot}interfaces = { "127.0.0.1" }; local_interfaces = { "127.0.0.1" }
c2s_ports = { ${c2sPort} }; s2s_ports = {}; http_ports = { ${httpPort} }; https_ports = {}; http_interfaces = { "127.0.0.1" }
http_default_host = "${domain}"
modules_enabled = { "disco", "roster", "saslauth", "blocklist", "bookmarks", "carbons", "pep", "private", "smacks",
	"vcard4", "vcard_legacy", "ping", "register", "time", "version", "mam", "websocket", "bosh", "http" }
modules_disabled = { "s2s", "tls", "dialback" }
authentication = "internal_hashed"; allow_unencrypted_plain_auth = true; c2s_require_encryption = false
consider_websocket_secure = true; consider_bosh_secure = true
http_cors_override = { bosh = { enabled = true }; websocket = { enabled = true } }
storage = "internal"; log = { { levels = { min = "info" }, to = "console" } }
${limit}${options.extra ?? ''}
${crowds}VirtualHost "${domain}"
${anonymous}${serviceOf(mucDomain, options.openRoomCreation !== false, options.crowds)}`;
}

/** Starts a Prosody of its own: temporary directory, free ports, three hosts, accounts registered. */
export async function startProsody(options: ProsodyOptions = {}): Promise<Prosody> {
	const here = await mkdtemp(join(tmpdir(), 'bauta-prosody-'));
	await Promise.all([mkdir(join(here, 'data')), mkdir(join(here, 'certs'))]);
	const [c2sPort, httpPort] = await Promise.all([freePort(), freePort()]);
	const config = join(here, 'prosody.cfg.lua');
	await writeFile(config, configuration(here, c2sPort, httpPort, options));
	const register = async (name: string, password = name) => {
		await run('prosodyctl', ['--config', config, 'register', name, domain, password]);
	};
	const accounts = options.accounts ?? ['alice', 'bob'];
	await Promise.all(accounts.map((name) => register(name)));

	const server = await runServer({ name: 'prosody', command: ['prosody', '--config', config, '-F'], folder: here, port: httpPort });
	const websocket = `ws://127.0.0.1:${httpPort}/xmpp-websocket`;
	const owner = accounts[0] ?? 'alice';
	return {
		domain,
		anonymousDomain,
		mucDomain,
		httpPort,
		bosh: `http://127.0.0.1:${httpPort}/http-bind`,
		websocket,
		log: server.log,
		register,
		logIn: (name, password = name) => logIn(websocket, domain, name, password),
		room: (name, kind = 'open', service = mucDomain) =>
			makeRoom({ websocket, domain, mucDomain: service, anonymousDomain, owner }, name, kind),
		kill: server.kill,
		startAgain: server.startAgain,
		stop: server.stop,
	};
}
