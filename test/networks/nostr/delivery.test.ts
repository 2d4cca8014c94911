import { describe, expect, it } from 'vitest';
import type { RelayRules, TestRelay } from '../../servers/relay.ts';
import { receiptOf, send, start } from './sending.ts';

// What relays do instead of taking a message and showing it.

describe('a group in which only members write (NIP-29, as relay29 has it)', () => {
	type Said = { id: string; pubkey: string; kind: number; tags: string[][]; content: string };
	const said = (relay: TestRelay) => relay.said('EVENT').map((frame) => frame[1] as Said);
	const lab = async (rules: Partial<RelayRules> = {}) => {
		const relay = await start({ relay29: true, groups: { lab: { tags: [], members: [] } }, ...rules });
		return { relay, room: `nostr:29:127.0.0.1:${relay.port}'lab` };
	};

	it('is asked about, and nobody joins unasked; what `blocked:` means elsewhere is another thing', async () => {
		const { relay, room } = await lab();
		const sent = await send([relay.url], { room });
		expect(sent).toMatchObject({ code: 'group-join-unasked', detail: expect.stringContaining('unknown member') });
		expect(said(relay).map(({ kind }) => kind)).toEqual([9]);
		relay.rules.refuse = 'blocked: your network';
		expect((await send([relay.url], { room })).code).toBe('relay-blocked');
	});

	it('is joined by the message’s own key alone, right before it, once for each message', async () => {
		const { relay, room } = await lab({ auth: 'write' });
		for (let count = 0; count < 2; count++) receiptOf(await send([relay.url], { room, join: true }));
		const [first, second] = [...new Set(said(relay).map(({ pubkey }) => pubkey))];
		expect(second).toBeDefined();
		const stored = [...relay.store.events.values()].filter(({ kind }) => [9, 9021, 9022].includes(kind));
		expect(stored.map(({ kind, pubkey }) => [kind, pubkey])).toEqual(
			[first, second].flatMap((key) => [
				[9021, key],
				[9, key],
				[9022, key],
			]),
		);
		const requests = stored.filter(({ kind }) => kind !== 9);
		for (const { tags, content } of requests) expect([tags, content]).toEqual([[['h', 'lab']], '']);
		// no member is left behind for each message
		await expect.poll(() => relay.rules.groups.lab?.members).toEqual([]);
		expect(new Set(relay.said('AUTH').map((frame) => (frame[1] as Said).pubkey))).toEqual(new Set([first, second]));
	});

	it('where nobody is let in, it is refused, and nothing was taken', async () => {
		const { relay, room } = await lab();
		relay.rules.groups = { lab: { tags: [['closed']], members: [] } };
		expect(await send([relay.url], { room, join: true })).toMatchObject({ code: 'relay-blocked', receipt: null });
		expect(said(relay).map(({ kind }) => kind)).not.toContain(9022);
		relay.rules.refuse = 'restricted: no requests to join';
		expect((await send([relay.url], { room, join: true })).code).toBe('relay-restricted');
	});

	it('is not left where it is not known what became of the message: it may have to be sent once more', async () => {
		const { relay, room } = await lab({ keeps: 'nothing' });
		expect((await send([relay.url], { room, join: true })).code).toBe('relay-shows-nothing');
		expect(new Set(said(relay).map(({ kind }) => kind))).toEqual(new Set([9021, 9]));
	});

	it('a delivery is told before its key leaves', async () => {
		const { relay, room } = await lab();
		const told: string[] = [];
		const sent = await send([relay.url], {
			...{ room, join: true },
			onReceipt: async () => {
				told.push(...said(relay).map(({ kind }) => `${kind}`));
			},
		});
		receiptOf(sent);
		expect(new Set(told)).toEqual(new Set(['9021', '9']));
		expect(said(relay).at(-1)?.kind).toBe(9022);
	});
});

describe('an OK is no delivery', () => {
	it('a relay that says OK and shows it to nobody: nobody may see it', async () => {
		const relay = await start({ keeps: 'nothing' });
		expect(await send([relay.url])).toMatchObject({ receipt: null, code: 'relay-shows-nothing', detail: `127.0.0.1:${relay.port}` });
		expect(relay.said('EVENT')).toHaveLength(1);
	});

	it('one that shows it a moment later is believed; so is one that lets nobody read without a login', async () => {
		const [late, gated] = [await start({ keeps: 'late' }), await start({ auth: 'read', keeps: 'nothing' })];
		receiptOf(await send([late.url]));
		receiptOf(await send([gated.url]));
	});

	it('where another relay shows it, it is there, and the first is named', async () => {
		const [keeps, drops] = [await start(), await start({ keeps: 'nothing' })];
		const { relays: told } = receiptOf(await send([drops.url, keeps.url]));
		expect(told).toMatchObject({ reached: [keeps.url], missed: [{ relay: drops.url }] });
	});

	it('a relay that ends the connection after its OK has not shown it', async () => {
		const relay = await start({ hangUp: 'after-answer' });
		expect((await send([relay.url])).code).toBe('outbox-unsure');
	});

	it('a notice in place of the OK is told in the relay’s own words', async () => {
		const relay = await start({ notice: 'blocked: not on the list' });
		const refused = await send([relay.url]);
		expect(refused).toMatchObject({ code: 'relay-blocked', detail: expect.stringContaining('not on the list') });
		relay.rules.notice = 'could not parse your event';
		expect(await send([relay.url])).toMatchObject({ code: 'relay-notice', detail: expect.stringContaining('could not parse') });
		expect(relay.said('EVENT')).toHaveLength(2);
	});

	it('a login that is taken without a word lets it through; one that changes nothing has words of its own', async () => {
		const relay = await start({ auth: 'write', logins: 'unanswered' });
		receiptOf(await send([relay.url]));
		relay.rules.logins = 'ignored';
		const { port } = relay;
		expect(await send([relay.url])).toMatchObject({ code: 'relay-login-unanswered', detail: `127.0.0.1:${port}` });
	});
});
