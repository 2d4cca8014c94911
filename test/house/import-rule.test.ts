import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFaults, importsOf } from '../../scripts/import-rule.ts';

const faultsOf = (files: Record<string, string>) => importFaults(new Map(Object.entries(files)));

describe('what counts as an import', () => {
	it('sees every form, and nothing in comments or strings', () => {
		const source = `
			import a, { type B } from './a.ts';
			import type { C } from "./c.ts";
			import './d.ts';
			export * from './e.ts';
			export { f } from './f.ts';
			const later = () => import('./g.ts');
			type H = import('./h.ts').H;
			// import './no.ts'
			const text = "import './no.ts'";`;
		expect(importsOf('x.ts', source)).toEqual(['./a.ts', './c.ts', './d.ts', './e.ts', './f.ts', './g.ts', './h.ts']);
	});
});

describe('the rule', () => {
	const forbidden: [string, string, string][] = [
		['content/switch.ts', '../protocol/seal.ts', 'content must not import protocol/seal.ts'],
		['content/labels.ts', '@noble/hashes/sha2.js', 'content must not import @noble/hashes/sha2.js'],
		['frontends/converse.ts', '../vault/vault.ts', 'frontends must not import vault/vault.ts'],
		['frontends/converse.ts', '../content/switch.ts', 'frontends must not import content/switch.ts'],
		['popup/popup.tsx', '../background/outbox.ts', 'popup must not import background/outbox.ts'],
		['composer/composer.tsx', '../popup/button.tsx', 'composer must not import popup/button.tsx'],
		['composer/composer.tsx', '../networks/xmpp/wire/stanzas.ts', 'composer must not import networks/xmpp/wire/stanzas.ts'],
		['tap/tap.ts', '../platform/channel.ts', 'tap must not import platform/channel.ts'],
		['tap/tap.ts', '../content/tap-link.ts', 'tap must not import content/tap-link.ts'],
		['tap/tap.ts', '../frontends/converse.ts', 'tap must not import frontends/converse.ts'],
		['content/content.ts', '../tap/gate.ts', 'content must not import tap/gate.ts'],
		['protocol/seal.ts', '../messages/errors.ts', 'protocol must not import messages/errors.ts'],
		['protocol/seal.ts', 'valibot', 'protocol must not import valibot'],
		['networks/xmpp/wire/stanzas.ts', '../../channel/channel.ts', 'wire must not import networks/channel/channel.ts'],
		['networks/xmpp/wire/stanzas.ts', '../post.ts', 'wire must not import networks/xmpp/post.ts'],
		['networks/xmpp/wire/stanzas.ts', '../../../platform/channel.ts', 'wire must not import platform/channel.ts'],
		['networks/xmpp/traffic.ts', '../../background/outbox.ts', 'networks must not import background/outbox.ts'],
		['vault/vault.ts', '../networks/network.ts', 'vault must not import networks/network.ts'],
		['devices/link.ts', '../vault/vault.ts', 'devices must not import vault/vault.ts'],
		['background/outbox.ts', '../content/switch.ts', 'background must not import content/switch.ts'],
		['background/outbox.ts', '../popup/popup.tsx', 'background must not import popup/popup.tsx'],
		['background/outbox.ts', 'node:fs', 'background must not import node:fs'],
		['platform/channel.ts', '../vault/vault.ts', 'platform must not import vault/vault.ts'],
		['platform/channel.ts', 'webextension-polyfill', 'platform must not import webextension-polyfill'],
		['platform/api/browser.ts', '../../messages/errors.ts', 'platform/api must not import messages/errors.ts'],
		['messages/request.ts', '../platform/channel.ts', 'messages must not import platform/channel.ts'],
		['frontends/converse.ts', '../platform/api/browser.ts', 'frontends must not import platform/api/browser.ts'],
		['../notifier/notifier.ts', '../src/vault/vault.ts', 'notifier must not import vault/vault.ts'],
		['../notifier/rooms/filter.ts', '../../src/devices/group.ts', 'notifier must not import devices/group.ts'],
		['../notifier/rooms/filter.ts', '../../src/composer/store.ts', 'notifier must not import composer/store.ts'],
		['../notifier/rooms/filter.ts', '../../src/background/state/vault.ts', 'notifier must not import background/state/vault.ts'],
		['../notifier/sources/xmpp.ts', '../../src/networks/xmpp/post.ts', 'notifier must not import networks/xmpp/post.ts'],
		['../notifier/sources/xmpp.ts', '../../src/networks/channel/channel.ts', 'notifier must not import networks/channel/channel.ts'],
		['../notifier/notifier.ts', 'undici', 'notifier must not import undici'],
		['background/load.ts', '../../notifier/notifier.ts', 'background must not import ../notifier/notifier.ts'],
	];
	it.each(forbidden)('%s may not import %s', (path, name, fault) => {
		expect(faultsOf({ [path]: `import { x } from '${name}';` })).toEqual([`${path}: ${fault}`]);
		expect(faultsOf({ [path]: `import type { x } from '${name}';` })).toEqual([`${path}: ${fault}`]);
	});

	it('lets the allowed ones pass', () => {
		expect(
			faultsOf({
				'content/switch.ts':
					"import '../messages/rooms.ts'; import '../platform/channel.ts'; import '../frontends/converse.ts'; import './badge.ts';",
				'protocol/seal.ts': "import '@noble/ciphers/chacha.js'; import './room.ts';",
				'networks/xmpp/wire/stanzas.ts':
					"import 'saxes'; import '../../../protocol/text.ts'; import '../../network.ts'; import '../../../messages/errors.ts';",
				'background/outbox.ts': "import '../vault/vault.ts'; import '../networks/channel/channel.ts'; import '../messages/rooms.ts';",
				'popup/popup.tsx': "import 'preact'; import '../messages/rooms.ts'; import './popup.css';",
				'../notifier/sources/xmpp.ts':
					"import 'node:net'; import 'ws'; import '../../src/networks/xmpp/wire/xml.ts'; import '../../src/protocol/room.ts'; import '../time/clock.ts';",
			}),
		).toEqual([]);
	});

	const unhardened: [string, string, string][] = [
		['protocol/node.ts', '@scure/bip32', '@scure/bip32'],
		['vault/import/xprv.ts', '@scure/bip32/index.js', '@scure/bip32/index.js'],
		['networks/nostr/wire/page-traffic.ts', '@scure/bip32', '@scure/bip32'],
		['background/identities.ts', '@scure/bip32', '@scure/bip32'],
		['protocol/compose.ts', './status/chat-key.ts', 'protocol/status/chat-key.ts'],
		['protocol/account/root.ts', '../status/chat-key.ts', 'protocol/status/chat-key.ts'],
		['vault/identity.ts', '../protocol/status/chat-key.ts', 'protocol/status/chat-key.ts'],
		['devices/linking.ts', '../protocol/status/chat-key.ts', 'protocol/status/chat-key.ts'],
		['networks/xmpp/wire/stanzas.ts', '../../../protocol/status/chat-key.ts', 'protocol/status/chat-key.ts'],
		['background/posting.ts', '../protocol/status/chat-key.ts', 'protocol/status/chat-key.ts'],
	];
	it.each(unhardened)('%s, whose zone may import its like, may not import %s', (path, name, target) => {
		const fault = `${path}: derivation that is not hardened: must not import ${target}`;
		for (const source of [
			`import { x } from '${name}';`,
			`import type { x } from '${name}';`,
			`export * from '${name}';`,
			`void import('${name}');`,
		])
			expect(faultsOf({ [path]: source })).toEqual([fault]);
	});
	it('lets phrases be read, and the account’s own key be made where keys are imported and Solution 1 is read', () => {
		expect(
			faultsOf({
				'protocol/account/root.ts':
					"import '@scure/bip32'; import '@scure/bip39'; import '@scure/bip39/wordlists/english.js'; import '@scure/base';",
				'protocol/status/solutions.ts': "import './chat-key.ts';",
				'vault/import/phrase.ts': "import '../../protocol/status/chat-key.ts';",
				'protocol/statement.ts': "import './status-line.ts';",
			}),
		).toEqual([]);
	});

	it.each(['import', 'export', 'import type'])('finds circles of files (%s)', (kind) => {
		const files = {
			'vault/a.ts': "import './b.ts';",
			'vault/b.ts': `${kind} { C } from './c.ts';`,
			'vault/c.ts': "import './a.ts';",
		};
		expect(faultsOf(files)).toEqual(['circle of files: vault/a.ts → vault/b.ts → vault/c.ts → vault/a.ts']);
	});

	it('follows the notifier into the house', () => {
		const files = { '../notifier/rooms/a.ts': "import '../sources/b.ts';", '../notifier/sources/b.ts': "import '../rooms/a.ts';" };
		expect(faultsOf(files)[0]).toBe('circle of files: ../notifier/rooms/a.ts → ../notifier/sources/b.ts → ../notifier/rooms/a.ts');
	});

	it('finds circles of folders where no file is in a circle', () => {
		const files = {
			'vault/a.ts': "import './import/b.ts';",
			'vault/import/b.ts': '',
			'vault/import/c.ts': "import type { D } from '../d.ts';",
			'vault/d.ts': '',
		};
		expect(faultsOf(files)).toEqual(['circle of folders: vault → vault/import → vault']);
	});

	const resting: [string, string, boolean][] = [
		['background/outbox/delivery.ts', '../state/lock.ts', true],
		['background/background.ts', './answers/content.ts', true],
		['background/answers/content.ts', './popup.ts', true],
		['background/state/lock.ts', '../outbox/outbox.ts', false],
		['background/identities/identities.ts', '../recognition/recogniser.ts', false],
		['background/identities/identities.ts', '../access/adapters.ts', false],
		['background/devices/sync-round.ts', '../composers/port.ts', false],
		['background/answers/content.ts', '../background.ts', false],
		['background/somewhere/x.ts', '../state/lock.ts', false],
		['content/panel/menu.ts', '../page/words.ts', true],
		['content/labels.ts', './panel/panel.ts', true],
		['content/page/badge.ts', '../panel/panel.ts', false],
		['content/bridge/ask.ts', '../page/words.ts', false],
		['content/panel/menu.ts', '../labels.ts', false],
		['popup/first-run/steps.tsx', '../keys/phrase.tsx', true],
		['popup/popup.tsx', './site/site.tsx', true],
		['popup/ui/text.ts', '../site/site.tsx', false],
		['popup/site/site.tsx', '../settings/settings.tsx', false],
		['popup/state/polling.ts', '../popup.tsx', false],
	];
	it.each(resting)('%s rests on %s: %s', (path, name, allowed) => {
		const faults = faultsOf({ [path]: `import { x } from '${name}';` });
		if (allowed) expect(faults).toEqual([]);
		else expect(faults).toEqual([expect.stringContaining(`${path}: must not rest on ${path.split('/')[0]}/`)]);
		expect(faultsOf({ [path]: `import type { X } from '${name}';` })).toEqual(faults);
	});

	it('knows no file outside the house', () => {
		expect(faultsOf({ 'elsewhere/x.ts': '' })).toEqual(['elsewhere/x.ts: belongs to no zone of the import rule']);
	});
});

describe('the command', () => {
	const repository = resolve(import.meta.dirname, '../..');
	const check = (source: string) => {
		const root = mkdtempSync(join(tmpdir(), 'bauta-imports-'));
		try {
			mkdirSync(join(root, 'content'));
			writeFileSync(join(root, 'content/x.ts'), source);
			execFileSync(process.execPath, ['--import', 'tsx', 'scripts/check-imports.ts', root], { cwd: repository, encoding: 'utf8' });
			return 0;
		} catch (error) {
			return (error as { status: number }).status;
		} finally {
			rmSync(root, { recursive: true });
		}
	};
	it('fails on a forbidden import and not on an allowed one', () => {
		expect(check("import '../messages/rooms.ts';")).toBe(0);
		expect(check("import '../protocol/seal.ts';")).toBe(1);
	});
});
