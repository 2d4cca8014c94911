import { type Event, finalizeEvent, generateSecretKey } from 'nostr-tools/pure';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { periodAt } from '../../notifier/time/clock.ts';
import type { Composed } from '../../src/protocol/compose.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { until } from '../until.ts';
import { jsonKey, makeAuthor, newSecret, startPushService, startTestNotifier } from './setting.ts';

// A real relay, two installations, and a push service: one installation has given the keys of the room, the other has not.

const channel = 'ab'.repeat(32);
const room = `nostr:28:${channel}`;
const [withKeys, without] = [newSecret(), newSecret()];
const me = makeAuthor();
const stranger = makeAuthor();
let relay: TestRelay;
let phone: Awaited<ReturnType<typeof startPushService>>;
let notifier: Awaited<ReturnType<typeof startTestNotifier>>;

const seconds = () => Math.floor(notifier.clock.now() / 1000);
const period = () => periodAt(notifier.clock.now());

/** Signs what was composed, or an ordinary message of somebody with a name. */
function event(text: string, composed: Composed | null, at = seconds()) {
	const tags = [['e', channel, '', 'root'], ...(composed ? [['bauta', '1', composed.wire]] : [])];
	return finalizeEvent({ kind: 42, created_at: at, tags, content: text }, composed?.authorPrivate ?? generateSecretKey());
}
const write = (author: ReturnType<typeof makeAuthor>, text: string, more = {}) =>
	event(text, author.write({ room, text, now: seconds(), transport: 'nostr', ...more }));

/** Somebody else's, under a key of theirs: the same bytes, or the envelope under another text. */
const repost = ({ created_at, tags, content }: Event, text = content) =>
	finalizeEvent({ kind: 42, created_at, tags, content: text }, generateSecretKey());
const twice = (original: Event) => [original, repost(original)];
const reworded = (original: Event) => repost(original, 'other');

/** What both phones heard of a window with these messages in it. */
async function ringsAfter(events: () => Event[]) {
	await notifier.endWindow();
	phone.pushes.splice(0);
	for (const each of events()) await relay.add(each);
	await settle();
	await notifier.endWindow();
	return { withKeys: phone.to('/keys'), without: phone.to('/none') };
}

/**
 * A round through the relay: where the notifier asks for one room more and has had its answer, all that the relay sent before has come. It asks
 * for that room no more when this is over.
 */
async function settle() {
	// sixty requests a minute are answered
	notifier.clock.pass(4000);
	const further = Buffer.from(newSecret(), 'base64url').toString('hex');
	const ask = (method: string) => notifier.ask(method, { installationId: 'none', topics: [`nostr:28:${further}`] }, without);
	const answered = () => relay.frames.filter(({ direction, data }) => direction === 'out' && data.startsWith('["EOSE"')).length;
	const isAskedFor = () => JSON.stringify(relay.said('REQ').at(-1)).includes(further);
	await ask('Subscribe');
	await until(isAskedFor, 'the further room to be asked for');
	const before = answered();
	await ask('Unsubscribe');
	await until(() => !isAskedFor() && answered() > before, 'the relay to answer');
	// a question to the notifier, which it answers after what has come
	await ask('Unsubscribe');
}

beforeAll(async () => {
	[relay, phone] = await Promise.all([startRelay(), startPushService()]);
	notifier = await startTestNotifier([withKeys, without], { nostr: { relays: [relay.url] } });
	const token = (path: string) => ({ customToken: `ntfy:http://127.0.0.1:${phone.port}${path}` });
	await notifier.ask('RegisterInstallation', { installationId: 'keys', deliveryMechanism: token('/keys') }, withKeys);
	await notifier.ask('RegisterInstallation', { installationId: 'none', deliveryMechanism: token('/none') }, without);
	const keys = [period() - 1, period(), period() + 1].map((each) => jsonKey(each, me.tagKey(room, each)));
	const subscription = { topic: room, hmacKeys: keys };
	await notifier.ask('SubscribeWithMetadata', { installationId: 'keys', subscriptions: [subscription] }, withKeys);
	await notifier.ask('Subscribe', { installationId: 'none', topics: [room] }, without);
	await until(async () => {
		const { body } = await notifier.ask('RegisterInstallation', { installationId: 'none', deliveryMechanism: token('/none') }, without);
		return (body.rooms as { state: string }[])[0]?.state === 'watching';
	}, 'the relay to be watched');
});

afterAll(async () => {
	await notifier?.stop();
	await Promise.all([relay?.close(), phone?.close()]);
});

it('rings once for a window with a stranger’s message, however many there are', async () => {
	expect(await ringsAfter(() => [write(stranger, 'one'), write(stranger, 'two'), write(me, 'three')])).toEqual({ withKeys: 1, without: 1 });
});

it('rings for nobody where nobody has written', async () => {
	expect(await ringsAfter(() => [])).toEqual({ withKeys: 0, without: 0 });
});

/** What a window with this message alone does to both phones, and why. */
const table: [string, () => Event[], { withKeys: number; without: number }][] = [
	['mine, one-time', () => [write(me, 'mine')], { withKeys: 0, without: 1 }],
	['mine, a persona’s', () => [write(me, 'mine', { mode: 'persona', persona: { scope: room, n: 7 } })], { withKeys: 0, without: 1 }],
	['mine, without a trace: its tag is random', () => [write(me, 'mine', { mode: 'no-trace' })], { withKeys: 1, without: 1 }],
	['under a name', () => [event('named', null)], { withKeys: 1, without: 1 }],
	['one that asks for no push', () => [write(stranger, 'hush', { push: false })], { withKeys: 0, without: 0 }],
	[
		'mine, and the same bytes once more by a copier: the mark proves nothing',
		() => twice(write(me, 'copied')),
		{ withKeys: 0, without: 1 },
	],
	['my envelope under another text', () => [reworded(write(me, 'mine'))], { withKeys: 1, without: 1 }],
	['mine, of a slot an hour ago: no bauta message', () => [write(me, 'late', { now: seconds() - 3600 })], { withKeys: 1, without: 1 }],
	['nobody’s: the signature is wrong', () => [{ ...event('x', null), sig: '0'.repeat(128) }], { withKeys: 0, without: 0 }],
	['dated before the subscription', () => [event('old', null, seconds() - 40 * 86_400)], { withKeys: 0, without: 0 }],
	['dated an hour ahead', () => [event('ahead', null, seconds() + 3600)], { withKeys: 0, without: 0 }],
];

it.each(table)('%s', async (_, events, rings) => {
	expect(await ringsAfter(events)).toEqual(rings);
});

it('rings for a window with my messages alone where chance says so: an observer cannot tell', async () => {
	notifier.chance.draw = 0;
	expect(await ringsAfter(() => [write(me, 'covered')])).toEqual({ withKeys: 1, without: 1 });
	notifier.chance.draw = 1;
});

it('rings for no copy in a later window, whosever the message is: the window of one of mine would stand out', async () => {
	for (const author of [me, stranger]) {
		let copies: Event[] = [];
		const original = () => {
			const one = write(author, 'in company');
			copies = [repost(one)];
			return [one, event('company', null)];
		};
		expect(await ringsAfter(original)).toEqual({ withKeys: 1, without: 1 });
		// dated as the message was: relays take it at any time
		expect(await ringsAfter(() => copies)).toEqual({ withKeys: 0, without: 0 });
	}
});

it('rings for nothing that is dated long before it comes', async () => {
	expect(await ringsAfter(() => [event('late', null, seconds() - 900)])).toEqual({ withKeys: 0, without: 0 });
});

it('asks the relay nothing because of a message, whosever it is', async () => {
	const asked = async (message: () => Event) => {
		await settle();
		await notifier.endWindow();
		phone.pushes.splice(0);
		const before = relay.frames.filter(({ direction }) => direction === 'in').length;
		await relay.add(message());
		await notifier.ask('Unsubscribe', { installationId: 'none', topics: [] }, without);
		await notifier.endWindow();
		// it was heard
		expect(phone.to('/none')).toBe(1);
		return relay.frames.filter(({ direction }) => direction === 'in').length - before;
	};
	expect(await asked(() => write(me, 'mine'))).toBe(0);
	expect(await asked(() => write(stranger, 'theirs'))).toBe(0);
});

it('rings for a window with my messages alone in which the relay was gone for a while: others may have written', async () => {
	await notifier.endWindow();
	phone.pushes.splice(0);
	await relay.add(write(me, 'mine, and then silence'));
	await settle();
	const asked = relay.said('REQ').length;
	relay.cut();
	await until(() => relay.said('REQ').length > asked, 'the notifier to come back');
	await settle();
	await notifier.endWindow();
	expect({ withKeys: phone.to('/keys'), without: phone.to('/none') }).toEqual({ withKeys: 1, without: 1 });
	expect(await ringsAfter(() => [write(me, 'mine, and the relay is there')])).toEqual({ withKeys: 0, without: 1 });
});

it('counts what was written while the relay was gone, once it is back', async () => {
	await notifier.endWindow();
	phone.pushes.splice(0);
	const sockets = relay.said('REQ').length;
	await relay.store.upsert(write(stranger, 'meanwhile'));
	relay.cut();
	await until(() => relay.said('REQ').length > sockets, 'the notifier to come back');
	await settle();
	await notifier.endWindow();
	expect(phone.to('/none')).toBe(1);
});
