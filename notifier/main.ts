import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { renderUnicodeCompact } from 'uqr';
import webPush from 'web-push';
import { readConfig } from './config.ts';
import { hashSecret } from './connect/server.ts';
import { isLoopback } from './delivery/private-address.ts';
import { startNotifier } from './notifier.ts';

const help = `Usage: npm run notifier -- --config FILE
       npm run notifier -- --new-secret [ADDRESS]
       npm run notifier -- --new-vapid

Tells phones that somebody has written in public rooms, for whoever runs it.

  --config FILE         runs, by a configuration in JSON (docs/notifier.md)
  --check               with --config: reads the configuration, says what is wrong with it, and ends
  --new-secret ADDRESS  makes the secret of one installation: the line for "secrets" in the configuration, and the
                        link that Bauta takes, as text and as a picture. ADDRESS: where the notifier can be reached,
                        https://notify.example.org. The secret is shown this once
  --new-vapid           makes the keys for Web Push: what to write under "vapid" in the configuration
  --help                this

A configuration to begin with:

  {
    "listen": { "host": "127.0.0.1", "port": 8787 },
    "data": "/var/lib/bauta-notifier",
    "secrets": [],
    "deliveryHosts": ["ntfy.example.org"],
    "nostr": { "relays": ["wss://relay.example.org"] },
    "xmpp": [{ "rooms": "conference.example.org", "websocket": "wss://example.org/ws", "guests": "anon.example.org" }]
  }

"deliveryHosts" names the host of the phone's ntfy topic; "nostr" or "xmpp" can be left out. A web server with a certificate
stands in front of the port. Then in Bauta: Settings, Notifications, My own notifier, and the link.

Two rules, chosen for each room in Bauta. Digest: at fixed times one push, if anybody has written. Leave out my own: the
same without your own messages; the notifier then knows which messages are yours, and who sees the pushes can learn of
some of them. docs/notifier.md says how many.
`;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => {
	process.stderr.write(`${text}\n`);
	process.exitCode = 1;
};

/** Whether Bauta takes this as the address of a notifier. */
function isAddressOfNotifier(text: string): boolean {
	if (!URL.canParse(text) || /[?#]/.test(text)) return false;
	const { protocol, hostname, username, password } = new URL(text);
	if (username || password) return false;
	return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function newSecret(address: string): void {
	const secret = randomBytes(32).toString('base64url');
	if (address && !isAddressOfNotifier(address))
		throw new Error(`${address}: the address must be https://, with no name, password, ? or # in it (http:// on this machine alone)`);
	const link = `${address.replace(/\/$/, '')}#${secret}`;
	say(`For "secrets" in the configuration, then restart:\n\n  "${hashSecret(secret)}"\n`);
	say(
		address
			? `For Bauta, shown this once:\n\n  ${link}\n\n${renderUnicodeCompact(link)}`
			: `The secret, for Bauta, shown this once:\n\n  ${secret}`,
	);
}

async function run(path: string, isCheck: boolean): Promise<void> {
	const config = await readConfig(path);
	if (isCheck) {
		say(`${path} is in order`);
		return;
	}
	const notifier = await startNotifier(config, { log: (line) => say(`${new Date().toISOString().slice(0, 16)}Z ${line}`) });
	const stop = () => void notifier.stop().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

const options = {
	config: { type: 'string' },
	check: { type: 'boolean' },
	'new-secret': { type: 'boolean' },
	'new-vapid': { type: 'boolean' },
	help: { type: 'boolean' },
} as const;

try {
	const { values, positionals } = parseArgs({ options, allowPositionals: true });
	if (values.help) say(help);
	else if (values['new-secret']) newSecret(positionals[0] ?? '');
	else if (values['new-vapid'])
		say(JSON.stringify({ vapid: { subject: 'mailto:you@example.org', ...webPush.generateVAPIDKeys() } }, null, '\t'));
	else if (values.config !== undefined && positionals.length === 0) await run(values.config, values.check === true);
	else if (values.config !== undefined) throw new Error(`${positionals[0]}: one configuration alone. See --help`);
	else if (values.check) throw new Error('--check needs --config FILE. See --help');
	else complain(help);
} catch (thrown) {
	const { code = '', message } = thrown as NodeJS.ErrnoException;
	complain(code.startsWith('ERR_PARSE_ARGS') ? `${message.split('. ')[0]}. See --help` : message);
}
