import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// who would ask a server would open a channel
const channel = vi.hoisted(() => ({ opened: 0 }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		channel.opened++;
	},
}));

const user = vi.hoisted(() => ({ isCareful: false }));
vi.mock('../../../src/background/state/care.ts', () => ({ isCareful: async () => user.isCareful }));

const site = 'https://chat.test';
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const group = { network: 'nostr', address: `28:${'ab'.repeat(32)}` } as const;
const roomId = `xmpp:${room.address}`;
const copy = { id: 's1', author: 'bob', excerpt: 'who decided this?', anonymous: false };

/** A background whose tabs 1 and 2 show the chat, and 3 another site. The room's archive has shown one message. */
async function background() {
	const [{ contentAnswers }, replies, tabs, archived] = await Promise.all([
		import('../../../src/background/answers/content.ts'),
		import('../../../src/background/composers/replies.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/recognition/archived-messages.ts'),
	]);
	for (const tab of [1, 2]) await tabs.helloTab(tab, site, 'converse', 'xmpp');
	await tabs.helloTab(3, 'https://hostile.test', 'converse', 'xmpp');
	await archived.rememberArchived(site, roomId, [copy]);
	const answer = async (
		id: string,
		text: string,
		{ tab = 1, origin = site, at = room as typeof room | typeof group, author = `${room.address}/bob` } = {},
	) => {
		await contentAnswers['content.reply']({ room: at, reply: { id, text, author } }, { tab, origin });
		return (await tabs.readTab(tab))?.replies[at.address]?.target;
	};
	const sends = async (id: string, tab = 1) => replies.answeredMessage(await tabs.readTab(tab), room, id);
	return { ...replies, ...tabs, ...archived, ask: contentAnswers, answer, sends };
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	channel.opened = 0;
	user.isCareful = false;
});

test('the quote is the archive’s copy, never what the page says, and nobody is asked for it', async () => {
	const { answer, sends } = await background();
	const { author, excerpt, anonymous } = copy;
	expect(await answer('s1', 'who decided this?')).toEqual({ id: 's1', quote: { author, excerpt, anonymous } });
	expect(await sends('s1')).toEqual({ id: 's1', text: 'who decided this?', author: 'bob', archived: true });
	expect(channel.opened).toBe(0);
});

test('what the archive has not shown yet has no quote, and the room is asked when it is posted', async () => {
	const { answer, sends } = await background();
	expect(await answer('s2', 'words of the page')).toEqual({ id: 's2', quote: null });
	expect(await sends('s2')).toEqual({ id: 's2', text: 'words of the page', author: 'bob', archived: false });
	expect(channel.opened).toBe(0);
});

test('whoever is careful answers only what the archive has shown, and is told where it has not', async () => {
	const { answer, sends } = await background();
	user.isCareful = true;
	expect(await answer('s1', 'who decided this?')).toMatchObject({ id: 's1', quote: { author: 'bob' } });
	expect(await answer('s2', 'words of the page')).toEqual({ id: '', dropped: 'not-read', quote: null });
	expect(await sends('s2')).toBe('changed');
	expect(channel.opened).toBe(0);
});

test.each([
	['ACCOUNT=alice;SESSION=9911', 'hello'],
	['a"/><body>b', 'hello'],
	['n\u00efck', 'hello'],
	['a'.repeat(129), 'hello'],
	['s1', 'other words than the archive has'],
	['s1', '\u200b'],
])('%j, shown as %j, is dropped, and the composer is told', async (id, text) => {
	const { answer, sends } = await background();
	expect(await answer(id, text)).toEqual({ id: '', dropped: 'not-shown', quote: null });
	expect(await sends(id)).toBe('changed');
	expect(await sends('')).toBeNull();
});

test('a page that shows another author, or a beginning that many messages have, names none', async () => {
	const { answer } = await background();
	for (const author of [`${room.address}/carol`, `${room.address}/`, room.address, ''])
		expect(await answer('s1', 'who decided this?', { author })).toEqual({ id: '', dropped: 'not-shown', quote: null });
	for (const text of ['w', 'who', 'who decided this? and then']) expect(await answer('s1', text)).toMatchObject({ id: '' });
});

test('of messages in which the same author said the same the newest is answered, whichever of them the page names', async () => {
	const { answer, sends, rememberArchived } = await background();
	const said = (id: string, author: string) => ({ id, author, excerpt: 'ok', anonymous: false });
	await rememberArchived(site, roomId, [said('m1', 'bob'), said('m2', 'bob'), said('m3', 'carol'), said('m4', 'bob'), said('m5', 'carol')]);
	for (const id of ['m1', 'm2', 'm4']) {
		expect(await answer(id, 'ok')).toMatchObject({ id: 'm4', quote: { author: 'bob' } });
		expect(await sends('m4')).toMatchObject({ id: 'm4', author: 'bob' });
	}
});

test('on Nostr a key is compared with as much of it as the archive has; where the page shows none, authors who said the same are told apart by nothing', async () => {
	const { answer, rememberArchived } = await background();
	const said = (id: string, author: string, excerpt: string) => ({
		id: id.repeat(32),
		author: author.repeat(4),
		excerpt,
		anonymous: false,
	});
	await rememberArchived(site, `nostr:${group.address}`, [said('a1', 'aa', 'ok'), said('a2', 'bb', 'ok'), said('a3', 'aa', 'what now?')]);
	const at = group;
	expect(await answer('a1'.repeat(32), 'ok', { at, author: 'aa'.repeat(32) })).toMatchObject({ id: 'a1'.repeat(32) });
	expect(await answer('a1'.repeat(32), 'ok', { at, author: 'bb'.repeat(32) })).toMatchObject({ id: '' });
	expect(await answer('a1'.repeat(32), 'ok', { at, author: '' })).toMatchObject({ id: '', dropped: 'not-shown' });
	expect(await answer('a3'.repeat(32), 'what now?', { at, author: 'alice' })).toMatchObject({ id: 'a3'.repeat(32) });
});

test('on Nostr an id has 64 hex digits', async () => {
	const { answer } = await background();
	expect(await answer('ab'.repeat(32), 'hello', { at: group })).toEqual({ id: 'ab'.repeat(32), quote: null });
	for (const id of ['AB'.repeat(32), 's1', `${'ab'.repeat(32)}0`])
		expect(await answer(id, 'hello', { at: group })).toMatchObject({ id: '' });
});

test('what one site’s archive showed is not known on another, which names the same room', async () => {
	const { answer } = await background();
	expect(await answer('s1', 'who decided this?', { tab: 3, origin: 'https://hostile.test' })).toEqual({ id: 's1', quote: null });
});

test('a page that names another message between look and send has nothing sent: what leaves is what the composer shows', async () => {
	const { answer, sends, ask } = await background();
	await answer('s1', 'who decided this?');
	await answer('s2', 'words of the page');
	expect(await sends('s1')).toBe('changed');
	expect(await sends('s1', 2)).toBe('changed');
	await ask['content.reply']({ room, reply: null }, { tab: 1, origin: site });
	expect(await sends('s2')).toBe('changed');
});

test('an archive that was read again has forgotten what it shows no more; of rooms and messages the newest stay', async () => {
	const { rememberArchived, listArchived } = await background();
	const findArchived = async (at: string, of: string, id: string) => (await listArchived(at, of)).find((one) => one.id === id) ?? null;
	await rememberArchived(site, roomId, [{ ...copy, id: 's3' }]);
	expect(await findArchived(site, roomId, 's1')).toBeNull();
	expect(await findArchived(site, roomId, 's3')).toMatchObject({ id: 's3' });
	const many = Array.from({ length: 300 }, (_, at) => ({ ...copy, id: `m${at}` }));
	for (let at = 0; at < 20; at++) await rememberArchived(site, `xmpp:room${at}@muc.chat.test`, many);
	expect(await findArchived(site, roomId, 's3')).toBeNull();
	expect(await findArchived(site, 'xmpp:room19@muc.chat.test', 'm99')).toBeNull();
	expect(await findArchived(site, 'xmpp:room19@muc.chat.test', 'm100')).not.toBeNull();
	// in memory alone
	expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toContain('who decided');
});
