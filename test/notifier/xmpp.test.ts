import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodAt } from '../../notifier/time/clock.ts';
import { escapeXml } from '../servers/account.ts';
import { type Prosody, startProsody, type TestAccount } from '../servers/prosody.ts';
import { until } from '../until.ts';
import { jsonKey, makeAuthor, newSecret, startPushService, startTestNotifier } from './setting.ts';

// A real Prosody, two installations and a push service: one installation has given the keys of the rooms, the other has not.

const [withKeys, without] = [newSecret(), newSecret()];
const me = makeAuthor();
const stranger = makeAuthor();
let prosody: Prosody;
let alice: TestAccount;
let phone: Awaited<ReturnType<typeof startPushService>>;
type Running = Awaited<ReturnType<typeof startTestNotifier>>;
const running: Partial<Record<'archive' | 'guest', Running>> = {};
const rooms: Record<string, string> = {};

const registration = (id: string) => ({
	installationId: id,
	deliveryMechanism: { customToken: `ntfy:http://127.0.0.1:${phone.port}/${id}` },
});

async function statesIn(notifier: Running): Promise<Record<string, string>> {
	const { body } = await notifier.ask('RegisterInstallation', registration('none'), without);
	return Object.fromEntries((body.rooms as { topic: string; state: string }[]).map(({ topic, state }) => [topic, state]));
}

async function startFor(way: 'archive' | 'guest'): Promise<Running> {
	const service = { rooms: prosody.mucDomain, websocket: prosody.websocket, guests: prosody.anonymousDomain, way, pollSeconds: 10 };
	const notifier = await startTestNotifier([withKeys, without], { xmpp: [service] });
	running[way] = notifier;
	await notifier.ask('RegisterInstallation', registration('keys'), withKeys);
	await notifier.ask('RegisterInstallation', registration('none'), without);
	const period = periodAt(notifier.clock.now());
	const topics = Object.values(rooms).map((jid) => `xmpp:${jid}`);
	const subscriptions = topics.map((topic) => ({ topic, hmacKeys: [jsonKey(period, me.tagKey(topic, period))] }));
	await notifier.ask('SubscribeWithMetadata', { installationId: 'keys', subscriptions }, withKeys);
	await notifier.ask('Subscribe', { installationId: 'none', topics }, without);
	await until(async () => Object.values(await statesIn(notifier)).every((state) => state !== 'connecting'), 'all rooms to be looked at');
	return notifier;
}

beforeAll(async () => {
	[prosody, phone] = await Promise.all([startProsody(), startPushService()]);
	rooms.open = await prosody.room('garden');
	rooms.members = await prosody.room('members', 'members-only');
	rooms.named = await prosody.room('named', 'no-anonymous-description');
	rooms.topic = await prosody.room('topic', 'no-anonymous');
	rooms.unkept = await prosody.room('unkept', 'no-archive');
	rooms.gone = `gone@${prosody.mucDomain}`;
	alice = await prosody.logIn('alice');
	await alice.join(rooms.open, 'Alice');
	await startFor('archive');
	await startFor('guest');
});
afterAll(async () => {
	await Promise.all([running.archive?.stop(), running.guest?.stop()]);
	alice?.close();
	await Promise.all([prosody?.stop(), phone?.close()]);
});

/** Posts with an envelope, or without, and waits until the room has it. */
async function post(text: string, author: ReturnType<typeof makeAuthor> | null): Promise<void> {
	const topic = `xmpp:${rooms.open}`;
	const wire = author?.write({ room: topic, text, now: Math.floor(Date.now() / 1000), transport: 'recoverable' }).wire;
	const envelope = wire ? `<anonymous xmlns='urn:x-bauta:1'>${wire}</anonymous>` : '';
	alice.send(
		`<message xmlns='jabber:client' type='groupchat' id='${text}' to='${rooms.open}'><body>${escapeXml(text)}</body>${envelope}</message>`,
	);
	await alice.wait(new RegExp(`<message[^>]*id=['"]${text}['"][\\s\\S]*<body`));
}

/** What both phones hear of a window with this message: the one without keys hears of it in any case, which shows that it was read. */
async function ringsAfter(way: 'archive' | 'guest', text: string, author: ReturnType<typeof makeAuthor> | null) {
	const notifier = running[way] as Running;
	phone.pushes.splice(0);
	await post(`${way}-${text}`, author);
	await until(async () => {
		// time for the archive to be read again
		notifier.clock.pass(11_000);
		await notifier.endWindow();
		return phone.to('/none') > 0;
	}, 'the message to be read');
	return { withKeys: phone.to('/keys'), without: phone.to('/none') };
}

describe.each(['archive', 'guest'] as const)('an XMPP room, by way of %s', (way) => {
	it('says of each room how it is doing', async () => {
		const states = await statesIn(running[way] as Running);
		expect(Object.fromEntries(Object.entries(rooms).map(([name, jid]) => [name, states[`xmpp:${jid}`]]))).toEqual({
			open: 'watching',
			members: 'closed',
			named: 'no-anonymous',
			// only who joins is told the topic, unless the server shows it to all
			topic: expect.stringMatching(way === 'guest' ? /^no-anonymous$/ : /^(watching|no-anonymous)$/),
			unkept: way === 'guest' ? 'watching' : 'no-archive',
			gone: 'gone',
		});
	});

	it('rings for a stranger, and not for its owner', async () => {
		expect(await ringsAfter(way, 'theirs', stranger)).toEqual({ withKeys: 1, without: 1 });
		expect(await ringsAfter(way, 'mine', me)).toEqual({ withKeys: 0, without: 1 });
		expect(await ringsAfter(way, 'named', null)).toEqual({ withKeys: 1, without: 1 });
	});
});

it('goes on reading, whatever namespaces somebody in a room declares', async () => {
	const declarations = Array.from({ length: 101 }, (_, at) => `xmlns:p${at}='urn:${at}' p${at}:a=''`).join(' ');
	alice.send(
		`<message xmlns='jabber:client' type='groupchat' id='many' to='${rooms.open}'><body>hello</body><x xmlns='urn:x' ${declarations}/></message>`,
	);
	await alice.wait(/<message[^>]*id=['"]many['"]/);
	expect(await ringsAfter('archive', 'after', null)).toEqual({ withKeys: 1, without: 1 });
	expect(await ringsAfter('guest', 'after', null)).toEqual({ withKeys: 1, without: 1 });
});

it('joins nothing by the archive; as a guest it has a name that says what it is, makes no room, and leaves when nobody follows any more', async () => {
	const names = new Set(alice.received.flatMap((frame) => /notifier-[a-z0-9]{1,6}/.exec(frame)?.[0] ?? []));
	expect(names.size).toBe(1);
	// a room that is not there was not made
	const items = await alice.iq('get', prosody.mucDomain, `<query xmlns='http://jabber.org/protocol/disco#items'/>`);
	expect(items).toContain('garden@');
	expect(items).not.toContain('gone@');
	const topics = [`xmpp:${rooms.open}`];
	await running.guest?.ask('Unsubscribe', { installationId: 'keys', topics }, withKeys);
	await running.guest?.ask('Unsubscribe', { installationId: 'none', topics }, without);
	await alice.wait(
		new RegExp(`<presence[^>]*type=['"]unavailable['"][\\s\\S]*${[...names][0]}|<presence[^>]*${[...names][0]}[^>]*type=['"]unavailable`),
	);
	await running.guest?.ask('Subscribe', { installationId: 'none', topics }, without);
});

it('comes back after the server was gone', async () => {
	await prosody.kill();
	const states = () =>
		Promise.all((['archive', 'guest'] as const).map(async (way) => (await statesIn(running[way] as Running))[`xmpp:${rooms.open}`]));
	await until(async () => (await states()).every((state) => state === 'unreachable'), 'both to notice');
	await prosody.startAgain();
	await until(async () => (await states()).every((state) => state === 'watching'), 'both to come back');
});
