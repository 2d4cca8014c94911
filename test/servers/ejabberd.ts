import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logIn, type TestAccount } from './account.ts';
import { freePort, runServer } from './local-server.ts';
import { makeRoom, type RoomKind } from './rooms.ts';

/** An ejabberd whose rooms are as it makes them by default: moderated, and newcomers may speak. */
export interface Ejabberd {
	readonly domain: string;
	/** port of HTTP: BOSH at /http-bind, WebSocket at /xmpp-websocket */
	readonly httpPort: number;
	readonly bosh: string;
	readonly websocket: string;
	log(): string;
	logIn(name: string): Promise<TestAccount>;
	/** makes a room with what this kind has and the server's own defaults; returns its JID. The owner leaves it again */
	room(name: string, kind?: RoomKind): Promise<string>;
	stop(): Promise<void>;
}

const domain = 'chat.test';
const anonymousDomain = 'anon.chat.test';
const mucDomain = 'muc.chat.test';
const accounts = ['alice', 'bob'];
const readyWord = 'accounts are here';

const configuration = (port: number, riddles: string): string => `hosts: ["${domain}", "${anonymousDomain}"]
loglevel: info
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /http-bind: mod_bosh
      /xmpp-websocket: ejabberd_http_ws
s2s_access: none
captcha_cmd: ${JSON.stringify(riddles)}
captcha_url: http://127.0.0.1:${port}/captcha
host_config:
  ${anonymousDomain}:
    auth_method: anonymous
    allow_multiple_connections: true
    anonymous_protocol: sasl_anon
modules:
  mod_disco: {}
  mod_bosh: {}
  mod_time: {}
  mod_mam: {}
append_host_config:
  ${domain}:
    modules:
      mod_muc:
        host: "${mucDomain}"
        default_room_options:
          mam: true
`;

/** A PNG of one pixel, for a riddle that nobody solves. */
const smallestPicture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Where Debian puts ejabberd's own modules, from its own script. */
const modulesFolder = (): string => /^ERL_LIBS='(.+)'$/m.exec(readFileSync('/usr/sbin/ejabberdctl', 'utf8'))?.[1] ?? '';

/**
 * Starts an ejabberd of its own: temporary directory, a free port, accounts alice and bob. Its own script is not used, as that starts a name
 * server for Erlang which would stay.
 */
export async function startEjabberd(): Promise<Ejabberd> {
	const folder = await mkdtemp(join(tmpdir(), 'bauta-ejabberd-'));
	const at = (name: string) => join(folder, name);
	await mkdir(at('spool'));
	const port = await freePort();
	await writeFile(at('ejabberd.yml'), configuration(port, at('riddle')));
	await writeFile(at('riddle'), `#!/bin/sh\necho ${smallestPicture} | base64 -d\n`, { mode: 0o755 });
	const names = accounts.map((name) => `<<"${name}">>`).join();
	const register = `[ok = ejabberd_auth:try_register(U, <<"${domain}">>, U) || U <- [${names}]], io:format("${readyWord}~n").`;
	const { log, stop } = await runServer({
		name: 'ejabberd',
		command: ['erl', '-noinput', '-mnesia', 'dir', JSON.stringify(at('spool')), '-s', 'ejabberd', '-eval', register],
		folder,
		port,
		ready: readyWord,
		env: {
			HOME: folder,
			ERL_LIBS: modulesFolder(),
			ERL_CRASH_DUMP_SECONDS: '0',
			EJABBERD_CONFIG_PATH: at('ejabberd.yml'),
			EJABBERD_LOG_PATH: at('ejabberd.log'),
		},
	});
	const websocket = `ws://127.0.0.1:${port}/xmpp-websocket`;
	return {
		domain,
		httpPort: port,
		bosh: `http://127.0.0.1:${port}/http-bind`,
		websocket,
		log,
		logIn: (name) => logIn(websocket, domain, name, name),
		room: (name, kind = 'open') => makeRoom({ websocket, domain, mucDomain, anonymousDomain, owner: 'alice' }, name, kind),
		stop,
	};
}
