/** The demo as a newcomer starts it: it ends well, and its one JSON object says what real pages and the server's recorder showed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

test.each([
	['xmpp', 'converse'],
	['nostr', 'nostr-comments'],
])('plays by itself on %s, in %s', async (network, frontend) => {
	const command = ['scripts/demo.ts', network, '--headless', '--json'];
	const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/tsx'), command, { cwd: root });
	const report = JSON.parse(stdout);
	expect(report).toMatchObject({
		network,
		frontend,
		text: expect.stringMatching(/\S/),
		views: {
			withoutBauta: { text: report.text },
			otherUser: { verdict: 'foreign', label: 'Anonymous' },
			authorOtherDevice: { verdict: 'mine', label: 'Anonymous' },
		},
		account: { typing: 0, drafts: 0, sent: 0 },
	});
	expect(report.sendMs).toBeGreaterThan(0);
	expect(report.views.withoutBauta.author).not.toContain(report.account.name);
	expect(report.pictures).toHaveLength(6);
	for (const picture of report.pictures) expect(existsSync(join(root, picture))).toBe(true);
});

test.each(['xmpp', 'nostr'])(
	'plays voices on %s: two devices are one, an imitator is not, and what is proven is shown as such',
	async (network) => {
		const command = ['scripts/demo.ts', network, '--voice', '--headless', '--json'];
		const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/tsx'), command, { cwd: root });
		const report = JSON.parse(stdout);
		expect(report).toMatchObject({
			network,
			voice: {
				nick: expect.stringMatching(network === 'xmpp' ? /^Anonymous [a-z]+ [a-z]+$/ : /\S/),
				messages: [
					{ device: 'laptop', label: 'Anonymous', sameVoice: true },
					{ device: 'phone', label: 'Anonymous', sameVoice: true },
				],
				imitator: { sameVoice: false },
			},
			reveal: { claimant: expect.stringMatching(network === 'xmpp' ? /^alice$/ : /…$/), verdict: 'proven' },
			challenge: { verdict: 'proven' },
		});
		if (network === 'xmpp') expect(report.voice.imitator.nick).toBe(report.voice.nick);
		for (const picture of report.pictures) expect(existsSync(join(root, picture))).toBe(true);
	},
);

test('says what rings on xmpp: an account’s message and somebody’s anonymous one, once each, and not one’s own', async () => {
	const command = ['scripts/demo.ts', 'xmpp', '--notify', '--headless', '--json'];
	const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/tsx'), command, { cwd: root });
	const once = { named: 1, foreign: 1, mine: 0 };
	expect(JSON.parse(stdout)).toEqual({ desktop: once, sound: once });
});
