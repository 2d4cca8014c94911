import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Worker } from 'playwright-core';
import type { openChannel, prepareChannel } from '../../../src/networks/channel/open.ts';
import type { Traffic } from '../../../src/networks/network.ts';
import { buildChannelExtension } from './extension.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
export const chromiumInstalled = executablePath !== undefined;

/** What `channel-worker.ts` puts into its global scope. */
export interface WorkerScope {
	openChannel: typeof openChannel;
	prepareChannel: typeof prepareChannel;
	xmpp: Traffic;
	chrome: {
		offscreen: { hasDocument(): Promise<boolean>; createDocument(parameters: object): Promise<void> };
		runtime: { onConnect: { addListener(listener: () => void): void } };
	};
}

export interface ChannelBrowser {
	context: BrowserContext;
	worker: Worker;
	close(): Promise<void>;
}

/** A Chromium with nothing but Bauta's channel in it. `hosts`: match patterns that are granted; `language`: the person's own. */
export async function startChannelBrowser(hosts: readonly string[], language = 'en-US'): Promise<ChannelBrowser> {
	const extension = await buildChannelExtension([...hosts]);
	const profile = await mkdtemp(join(tmpdir(), 'bauta-profile-'));
	const flags = [
		'--no-sandbox',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--no-first-run',
		'--disable-quic',
	];
	const context = await chromium.launchPersistentContext(profile, {
		...(executablePath ? { executablePath } : {}),
		headless: true,
		env: { ...process.env, LANGUAGE: language.replace('-', '_') },
		args: [
			...flags,
			`--lang=${language}`,
			`--accept-lang=${language}`,
			`--disable-extensions-except=${extension.path}`,
			`--load-extension=${extension.path}`,
		],
	});
	const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
	return {
		context,
		worker,
		async close() {
			await context.close();
			await extension.remove();
			await rm(profile, { recursive: true, force: true });
		},
	};
}
