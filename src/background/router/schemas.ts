import * as v from 'valibot';
import type { ComposerRequest } from '../../messages/composer.ts';
import { errorCodes } from '../../messages/errors.ts';
import { networks, tamperings } from '../../messages/rooms.ts';
import { fromContent, fromPage, requestRulesOf, schemaOf } from './rules.ts';

// Everything that comes in from another context is checked here before anything looks at it.
const short = v.pipe(v.string(), v.maxLength(200));
const long = v.pipe(v.string(), v.maxLength(4000));
const tab = v.pipe(v.number(), v.integer());
const network = v.picklist(networks);
const room = v.strictObject({ network, address: v.pipe(v.string(), v.minLength(1), v.maxLength(3072)) });
const mode = v.picklist(['one-time', 'persona', 'no-trace', 'keyless']);
/** the path of a voice, 16 bytes in hex */
const voicePath = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
/** longer than any that is taken: what is wrong with it is said in words */
const label = v.pipe(v.string(), v.maxLength(1000));
const none: v.GenericSchema<Record<string, never>> = v.strictObject({});
/** An http(s) origin, exactly as `URL.origin` writes it. */
const origin = v.pipe(
	v.string(),
	v.maxLength(300),
	v.check((text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text)),
);
const theme = v.strictObject({ dark: v.boolean(), background: short, color: short, accent: short, fontSize: short });
/** a host with its port, as `URL` writes it */
const host = v.pipe(v.string(), v.maxLength(260), v.regex(/^[^\s/?#@+]+$/));
const passphrase = v.pipe(v.string(), v.maxLength(1000));
const key = v.pipe(v.string(), v.maxLength(100_000));
/** a little more than the largest file that backup.ts reads, so that its own message is the one that is shown */
const backup = v.pipe(v.string(), v.maxLength(9_000_000));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3600));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));

const settings = v.pipe(
	v.strictObject({
		delayMin: v.exactOptional(seconds),
		delayMax: v.exactOptional(seconds),
		lockMinutes: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440))),
		perMinute: v.exactOptional(count),
		perDay: v.exactOptional(count),
		killSwitch: v.exactOptional(v.boolean()),
		care: v.exactOptional(v.picklist(['everyday', 'careful'])),
		ringText: v.exactOptional(v.boolean()),
		ringLocked: v.exactOptional(v.boolean()),
		ringAsked: v.exactOptional(v.boolean()),
	}),
	v.check(({ delayMin, delayMax }) => delayMin === undefined || delayMax === undefined || delayMin <= delayMax),
);

const frame = v.strictObject({
	direction: v.picklist(['in', 'out']),
	url: v.pipe(v.string(), v.maxLength(2048)),
	// as much as the tap hands over of one
	data: v.pipe(v.string(), v.maxLength(65_536)),
	byUser: v.exactOptional(v.literal(true)),
	rings: v.exactOptional(v.literal(true)),
});
/** A batch of frames, a little more than content makes of them (content/frame-reporter.ts). */
const frames = v.pipe(
	v.array(frame),
	v.maxLength(500),
	v.check((batch) => batch.reduce((sum, { data }) => sum + data.length, 0) <= 1_100_000),
);

const linkText = v.pipe(v.string(), v.maxLength(400_000));
/** a relay's address, or nothing */
const relayUrl = v.pipe(
	v.string(),
	v.maxLength(300),
	v.check((text) => text === '' || (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol))),
);

/** an account, a public key or a secret one, as the user wrote it */
const userText = v.pipe(v.string(), v.maxLength(10_000));
/** a statement that was pasted: longer than one may be, so that its own message is the one that is shown */
const statement = v.pipe(v.string(), v.maxLength(1_000_000));
const claim = { tab, room, id: v.pipe(v.string(), v.maxLength(1500)), author: v.pipe(v.string(), v.maxLength(1500)), account: userText };

/** Every request: who may send it, and what its body has to be. */
export const requestRules = requestRulesOf({
	'content.hello': fromContent(v.strictObject({ frontend: short, network })),
	'content.start': fromContent(none),
	'content.left': fromContent(none),
	'content.frames': fromContent(v.strictObject({ network, frames })),
	'content.rooms': fromContent(v.strictObject({ rooms: v.pipe(v.array(room), v.maxLength(200)) })),
	'content.switch': fromContent(v.strictObject({ room, on: v.boolean(), theme, beside: v.boolean() })),
	'content.composer': fromContent(v.strictObject({ room, theme })),
	'content.beside': fromContent(v.strictObject({ room, theme })),
	'content.theme': fromContent(v.strictObject({ room, theme })),
	'content.reply': fromContent(
		v.strictObject({
			room,
			reply: v.nullable(
				v.strictObject({
					id: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
					text: v.pipe(v.string(), v.maxLength(500)),
					author: long,
				}),
			),
		}),
	),
	'content.unlabelled': fromContent(
		v.strictObject({
			room,
			messages: v.pipe(v.array(v.strictObject({ id: v.pipe(v.string(), v.maxLength(1024)), author: long })), v.maxLength(5000)),
		}),
	),
	'content.verdicts': fromContent(v.strictObject({ room, handles: v.pipe(v.string(), v.maxLength(100_000), v.regex(/^([\da-f]{20})+$/)) })),
	'content.hide': fromContent(v.strictObject({ room, hidden: v.boolean() })),
	'content.tampered': fromContent(v.strictObject({ room, how: v.picklist(tamperings) })),
	'content.stolen': fromContent(v.strictObject({ room })),
	'content.blocked': fromContent(v.strictObject({ room })),
	'popup.state': fromPage(v.strictObject({ tab: v.nullable(tab), quiet: v.exactOptional(v.boolean()) })),
	'notice.read': fromPage(v.strictObject({ code: v.picklist(errorCodes), detail: short })),
	'identity.generate': fromPage(none),
	'identity.preview': fromPage(v.strictObject({ text: key, passphrase: v.exactOptional(passphrase) })),
	'vault.create': fromPage(
		v.strictObject({ passphrase, key, keyPassphrase: passphrase, confirmed: v.boolean(), replace: v.exactOptional(v.boolean()) }),
	),
	'vault.unlock': fromPage(v.strictObject({ passphrase })),
	'vault.lock': fromPage(none),
	'vault.passphrase': fromPage(v.strictObject({ old: passphrase, passphrase })),
	'identity.phrase': fromPage(v.strictObject({ id: short, passphrase })),
	'identity.confirm': fromPage(
		v.strictObject({
			id: short,
			words: v.pipe(v.array(v.strictObject({ index: v.pipe(v.number(), v.integer()), word: short })), v.maxLength(24)),
		}),
	),
	'identity.import': fromPage(v.strictObject({ key, keyPassphrase: passphrase, name: short })),
	'identity.rename': fromPage(v.strictObject({ id: short, name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)) })),
	'voices.list': fromPage(v.strictObject({ identity: short })),
	'voices.renew': fromPage(v.strictObject({ identity: short, path: voicePath, from: v.nullable(v.pipe(v.number(), v.integer())) })),
	'voices.forget': fromPage(v.strictObject({ identity: short, path: voicePath })),
	'identity.remove': fromPage(v.strictObject({ id: short, passphrase })),
	'slow-task.progress': fromPage(none),
	'slow-task.cancel': fromPage(none),
	'backup.make': fromPage(v.strictObject({ passphrase, backupPassphrase: passphrase, roots: v.boolean() })),
	'backup.look': fromPage(v.strictObject({ text: backup, backupPassphrase: passphrase })),
	'backup.restore': fromPage(v.strictObject({ text: backup, backupPassphrase: passphrase, passphrase, replace: v.boolean() })),
	'aside.list': fromPage(none),
	'aside.open': fromPage(v.strictObject({ id: short, passphrase })),
	'aside.forget': fromPage(v.strictObject({ id: short })),
	'site.detect': fromPage(v.strictObject({ tab })),
	'site.wanted': fromPage(v.strictObject({ origin, frontend: short, name: short, hosts: v.pipe(v.array(origin), v.maxLength(50)) })),
	'site.granted': fromPage(v.strictObject({ origin })),
	'site.disable': fromPage(v.strictObject({ origin })),
	'site.reload': fromPage(v.strictObject({ origin })),
	'site.forgive': fromPage(v.strictObject({ origin })),
	'settings.set': fromPage(settings),
	'proxy.set': fromPage(v.strictObject({ address: v.nullable(short) })),
	'room.set': fromPage(
		v.strictObject({
			room,
			hide: v.exactOptional(v.strictObject({ site: origin, hidden: v.boolean() })),
			setting: v.exactOptional(v.strictObject({ name: short, written: v.pipe(v.string(), v.maxLength(10_000)) })),
			kill: v.exactOptional(v.boolean()),
			again: v.exactOptional(v.boolean()),
			answer: v.exactOptional(v.strictObject({ site: origin, hosts: v.pipe(v.array(host), v.maxLength(16)), use: v.boolean() })),
			identity: v.exactOptional(v.nullable(short)),
		}),
	),
	'outbox.discard': fromPage(v.strictObject({ id: short })),
	'outbox.retry': fromPage(v.strictObject({ id: short, withoutReply: v.exactOptional(v.boolean()) })),
	'devices.state': fromPage(none),
	'link.offer': fromPage(v.strictObject({ name: short })),
	'link.cancel': fromPage(none),
	'link.answer': fromPage(v.strictObject({ text: linkText })),
	'link.accept': fromPage(v.strictObject({ passphrase: v.exactOptional(passphrase) })),
	'link.look': fromPage(v.strictObject({ text: linkText })),
	'link.reply': fromPage(v.strictObject({ identity: short, text: linkText, passphrase })),
	'device.rename': fromPage(v.strictObject({ identity: short, id: short, name: short })),
	'device.unlink': fromPage(v.strictObject({ identity: short, id: short, passphrase })),
	'device.keys': fromPage(v.strictObject({ text: linkText })),
	'device.reached': fromPage(v.strictObject({ identity: short })),
	'device.find': fromPage(v.strictObject({ identity: short, relay: relayUrl })),
	'device.rejoin': fromPage(
		v.strictObject({ identity: short, relay: relayUrl, keep: v.pipe(v.array(short), v.maxLength(500)), passphrase }),
	),
	'device.alone': fromPage(v.strictObject({ identity: short })),
	'sync.set': fromPage(v.strictObject({ identity: short, carrier: v.picklist(['off', 'browser', 'relay']), relay: relayUrl })),
	'sync.now': fromPage(v.strictObject({ identity: short })),
	'own.set': fromPage(v.strictObject({ identity: short, on: v.boolean() })),
	'own.forget': fromPage(v.strictObject({ identity: short, name: v.nullable(short) })),
	'identity.devices-only': fromPage(v.strictObject({ passphrase, name: short })),
	'identity.erase': fromPage(v.strictObject({ id: short, passphrase })),
	'proof.own': fromPage(v.strictObject({ tab })),
	'proof.make': fromPage(v.strictObject({ ...claim, to: v.nullable(userText) })),
	'proof.check': fromPage(v.strictObject({ tab, text: statement, account: userText, key: userText, look: v.boolean() })),
	'contact.read': fromPage(v.strictObject({ identity: short })),
	'contact.renew': fromPage(v.strictObject({ identity: short })),
	'voice.list': fromPage(v.strictObject({ tab })),
	'voice.ask': fromPage(v.strictObject({ tab, room, key: short, account: userText })),
	'question.look': fromPage(v.strictObject({ text: statement })),
	'question.answer': fromPage(v.strictObject({ text: statement })),
	'answer.check': fromPage(v.strictObject({ text: statement })),
	'notifier.state': fromPage(none),
	'notifier.set': fromPage(v.strictObject({ address: long, secret: long, kind: v.picklist(['ntfy', 'hook']), target: long })),
	'notifier.visit': fromPage(none),
	'notifier.room': fromPage(v.strictObject({ room, follow: v.boolean(), keys: v.boolean(), past: v.boolean() })),
	'notifier.revoke': fromPage(v.strictObject({ alone: v.boolean() })),
});

const draftText = v.pipe(v.string(), v.maxLength(100_000));

/** What a composer says over its port. */
export const composerSchema = schemaOf<ComposerRequest>()(
	v.variant('kind', [
		v.strictObject({ kind: v.picklist(['focus', 'back', 'beside', 'clear-reply', 'rings-read', 'look', 'alive']) }),
		v.strictObject({ kind: v.literal('blur'), by: v.picklist(['user', 'page', 'caught', 'unknown']) }),
		v.strictObject({
			kind: v.literal('send'),
			text: v.pipe(v.string(), v.maxLength(100_000)),
			mode,
			label,
			n: v.nullable(v.pipe(v.number(), v.integer())),
			replyTo: v.pipe(v.string(), v.maxLength(1024)),
			serial: v.pipe(v.number(), v.integer()),
		}),
		v.strictObject({ kind: v.literal('mode'), mode, label }),
		v.strictObject({ kind: v.literal('continue'), label, n: v.pipe(v.number(), v.integer()) }),
		v.strictObject({ kind: v.literal('renew'), label, from: v.nullable(v.pipe(v.number(), v.integer())) }),
		v.strictObject({ kind: v.literal('cancel'), id: short }),
		v.strictObject({ kind: v.literal('retry'), id: short, withoutReply: v.exactOptional(v.boolean()) }),
		v.strictObject({ kind: v.literal('discard'), id: short }),
		v.strictObject({ kind: v.literal('turn'), on: v.boolean() }),
		v.strictObject({ kind: v.literal('draft'), text: draftText }),
		v.strictObject({ kind: v.literal('hand-over'), text: draftText, rest: draftText, serial: v.pipe(v.number(), v.integer()) }),
	]),
);
