import * as v from 'valibot';
import { errorCodes } from '../../messages/errors.ts';
import type { RequestName } from '../../messages/messages.ts';

// Everything that comes in from another context is checked here before anything looks at it.
const short = v.pipe(v.string(), v.maxLength(200));
const long = v.pipe(v.string(), v.maxLength(4000));
const tab = v.pipe(v.number(), v.integer());
const network = v.picklist(['xmpp', 'nostr', 'matrix', 'irc']);
const room = v.strictObject({ network, address: v.pipe(v.string(), v.minLength(1), v.maxLength(3072)) });
const mode = v.picklist(['one-time', 'persona', 'no-trace', 'keyless']);
const none = v.strictObject({});
/** An http(s) origin, exactly as `URL.origin` writes it. */
const origin = v.pipe(
	v.string(),
	v.maxLength(300),
	v.check((text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text)),
);
const theme = v.strictObject({ dark: v.boolean(), background: short, color: short, accent: short, fontSize: short, rtl: v.boolean() });
const passphrase = v.pipe(v.string(), v.maxLength(1000));
const key = v.pipe(v.string(), v.maxLength(100_000));
/** a little more than the largest file that backup.ts reads, so that its own message is the one that is shown */
const backup = v.pipe(v.string(), v.maxLength(9_000_000));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3600));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));

const settings = v.pipe(
	v.partial(
		v.strictObject({
			delayMin: seconds,
			delayMax: seconds,
			lockMinutes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440)),
			perMinute: count,
			perDay: count,
			killSwitch: v.boolean(),
		}),
	),
	v.check((given) => given.delayMin === undefined || given.delayMax === undefined || given.delayMin <= given.delayMax),
);

const frame = v.strictObject({
	direction: v.picklist(['in', 'out']),
	url: v.pipe(v.string(), v.maxLength(2048)),
	data: v.pipe(v.string(), v.maxLength(300_000)),
});

const linkText = v.pipe(v.string(), v.maxLength(400_000));
/** a relay's address, or nothing */
const relayUrl = v.pipe(
	v.string(),
	v.maxLength(300),
	v.check((text) => text === '' || (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol))),
);

export const requestSchemas = {
	'content.hello': v.strictObject({ frontend: short, network }),
	'content.frames': v.strictObject({ network, frames: v.pipe(v.array(frame), v.maxLength(500)) }),
	'content.rooms': v.strictObject({ rooms: v.pipe(v.array(room), v.maxLength(200)) }),
	'content.switch': v.strictObject({ room, on: v.boolean() }),
	'content.composer': v.strictObject({ room, theme }),
	'content.window': v.strictObject({ room, theme }),
	'content.reply': v.strictObject({
		room,
		reply: v.nullable(
			v.strictObject({
				id: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
				author: short,
				excerpt: v.pipe(v.string(), v.maxLength(500)),
			}),
		),
	}),
	'content.unlabelled': v.strictObject({
		room,
		messages: v.pipe(v.array(v.strictObject({ id: v.pipe(v.string(), v.maxLength(1024)), author: long })), v.maxLength(5000)),
	}),
	'content.hide': v.strictObject({ room, hidden: v.boolean() }),
	'content.tampered': v.strictObject({ room }),
	'content.blocked': v.strictObject({ room }),
	'popup.state': v.strictObject({ tab: v.nullable(tab), quiet: v.optional(v.boolean()) }),
	'notice.read': v.strictObject({ code: v.picklist(errorCodes), detail: short }),
	'identity.generate': none,
	'identity.preview': v.strictObject({ text: key, passphrase: v.optional(passphrase) }),
	'vault.create': v.strictObject({ passphrase, key, keyPassphrase: passphrase, confirmed: v.boolean(), replace: v.optional(v.boolean()) }),
	'vault.unlock': v.strictObject({ passphrase }),
	'vault.lock': none,
	'vault.passphrase': v.strictObject({ old: passphrase, passphrase }),
	'identity.phrase': v.strictObject({ id: short, passphrase }),
	'identity.confirm': v.strictObject({
		id: short,
		words: v.pipe(v.array(v.strictObject({ index: v.pipe(v.number(), v.integer()), word: short })), v.maxLength(24)),
	}),
	'identity.import': v.strictObject({ key, keyPassphrase: passphrase, name: short }),
	'identity.rename': v.strictObject({ id: short, name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)) }),
	'identity.remove': v.strictObject({ id: short, passphrase }),
	'work.progress': none,
	'work.cancel': none,
	'backup.make': v.strictObject({ passphrase, backupPassphrase: passphrase, roots: v.boolean() }),
	'backup.look': v.strictObject({ text: backup, backupPassphrase: passphrase }),
	'backup.restore': v.strictObject({ text: backup, backupPassphrase: passphrase, passphrase, replace: v.boolean() }),
	'aside.list': none,
	'aside.open': v.strictObject({ id: short, passphrase }),
	'aside.forget': v.strictObject({ id: short }),
	'site.probe': v.strictObject({ tab }),
	'site.wanted': v.strictObject({ origin, frontend: short, hosts: v.pipe(v.array(origin), v.maxLength(50)) }),
	'site.granted': v.strictObject({ origin }),
	'site.disable': v.strictObject({ origin }),
	'site.reload': v.strictObject({ origin }),
	'settings.set': settings,
	'room.set': v.strictObject({
		room,
		hidden: v.optional(v.boolean()),
		anonymousHost: v.optional(v.pipe(v.string(), v.maxLength(253), v.regex(/^[\p{L}\p{N}.:[\]-]*$/u))),
		relays: v.optional(v.pipe(v.array(v.pipe(relayUrl, v.minLength(1))), v.maxLength(8))),
		kill: v.optional(v.boolean()),
		again: v.optional(v.boolean()),
		identity: v.optional(v.nullable(short)),
	}),
	'outbox.discard': v.strictObject({ id: short }),
	'outbox.retry': v.strictObject({ id: short }),
	'devices.state': none,
	'link.offer': v.strictObject({ name: short }),
	'link.cancel': none,
	'link.answer': v.strictObject({ text: linkText }),
	'link.accept': v.strictObject({ passphrase: v.exactOptional(passphrase) }),
	'link.look': v.strictObject({ text: linkText }),
	'link.reply': v.strictObject({ identity: short, text: linkText, passphrase }),
	'device.rename': v.strictObject({ identity: short, id: short, name: short }),
	'device.unlink': v.strictObject({ identity: short, id: short, passphrase }),
	'device.keys': v.strictObject({ text: linkText }),
	'device.reached': v.strictObject({ identity: short }),
	'device.find': v.strictObject({ identity: short, relay: relayUrl }),
	'device.rejoin': v.strictObject({ identity: short, relay: relayUrl, keep: v.pipe(v.array(short), v.maxLength(500)), passphrase }),
	'device.alone': v.strictObject({ identity: short }),
	'sync.set': v.strictObject({ identity: short, way: v.picklist(['off', 'browser', 'relay']), relay: relayUrl }),
	'sync.now': v.strictObject({ identity: short }),
	'own.set': v.strictObject({ identity: short, on: v.boolean() }),
	'own.forget': v.strictObject({ identity: short, name: v.nullable(short) }),
	'identity.devices-only': v.strictObject({ passphrase, name: short }),
	'identity.erase': v.strictObject({ id: short, passphrase }),
} satisfies Record<RequestName, v.GenericSchema>;

export const composerSchema = v.variant('kind', [
	v.strictObject({ kind: v.literal('focus') }),
	v.strictObject({
		kind: v.literal('send'),
		text: v.pipe(v.string(), v.maxLength(100_000)),
		mode,
		replyTo: v.pipe(v.string(), v.maxLength(1024)),
		serial: v.pipe(v.number(), v.integer()),
	}),
	v.strictObject({ kind: v.literal('mode'), mode }),
	v.strictObject({ kind: v.literal('cancel'), id: short }),
	v.strictObject({ kind: v.literal('retry'), id: short }),
	v.strictObject({ kind: v.literal('discard'), id: short }),
	v.strictObject({ kind: v.literal('clear-reply') }),
	v.strictObject({ kind: v.literal('draft'), text: v.pipe(v.string(), v.maxLength(100_000)) }),
	v.strictObject({ kind: v.literal('alive') }),
]);
