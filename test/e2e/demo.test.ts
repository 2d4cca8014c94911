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
