import { labelSpyHead, type SpyReport } from '../../test/pages/label-spy.ts';
import type { RecordedConnection } from '../../test/servers/recorder.ts';
import { serveVoices, type Voice } from '../../test/servers/voices.ts';
import { testPassphrase } from '../../test/setup.ts';
import { until } from '../../test/until.ts';
import { newPhrase } from '../demo/phrase.ts';
import { isNamed } from '../demo/xmpp.ts';
import type { Actor, ChatTab, Composer } from './actor.ts';
import type { Post, Recording } from './recording.ts';
import { type Stage, untilHeard } from './stage.ts';
import { texts } from './texts.ts';
import { loginPath } from './wire.ts';

/** A scenario that is being played. */
export interface Play {
	actor: Actor;
	stage: Stage;
	posts: Post[];
	/** runs a step and notes when it was */
	step<T>(name: string, act: () => Promise<T>): Promise<T>;
}

/** seconds; slow: longer than all the pauses that a visit has anyway, or the recording could not show that they are kept (THREATS.md T1) */
const delays = { slow: [10, 12], none: [0, 0] } as const;

/** Writes and sends, and waits until the room has heard it and the page shows it with its label. */
export async function post(
	{ actor, stage, posts, step }: Play,
	tab: ChatTab,
	composer: Composer,
	mode: Post['mode'],
	delay: keyof typeof delays,
	isReply = false,
): Promise<void> {
	const text = texts.posts[posts.length] ?? '';
	const [delayMin, delayMax] = delays[delay];
	await actor.ask('settings.set', { delayMin, delayMax, perMinute: 100 });
	await step(`write ${posts.length + 1}`, () => composer.type(text));
	await step(`post ${posts.length + 1}`, async () => {
		await composer.enter();
		const entered = Date.now();
		await untilHeard(stage, text);
		const { verdict } = await tab.labelOn(text);
		const isShownAsOwn = await tab.evaluate(
			({ selector, content }) =>
				[...document.querySelectorAll(selector)].some(
					(message) => message.textContent?.includes(content) && message.querySelector('.chat-msg__content--me, .nc-comment--own') !== null,
				),
			{ selector: stage.message.selector, content: text },
		);
		posts.push({ text, mode, delay: [delayMin, delayMax], entered, isReply, label: verdict, isShownAsOwn });
		// the guest is gone before anything else happens
		await until(() => openConnections(stage) === 0, 'the guest to leave');
	});
}

/** Whose connection to the chat's server it is. */
export const ownerOf = (stage: Stage, connection: RecordedConnection) =>
	connection.exchanges.some(({ path }) => path === loginPath || path.includes('npub=')) || (stage.network === 'xmpp' && isNamed(connection))
		? 'page'
		: 'bauta';
/** Guests that have not left; a socket that a browser keeps open for a later request is none. */
export const openConnections = (stage: Stage) =>
	stage.recorder.connections.filter(
		(connection) => connection.closed === null && connection.frames.length > 0 && ownerOf(stage, connection) === 'bauta',
	).length;

/** Everything that a page can do to have the account say something, while the switch is on. */
export async function sendAsPage(tab: ChatTab, content: string): Promise<void> {
	await tab.evaluate(async (text) => {
		const field = document.querySelector<HTMLTextAreaElement>('textarea.chat-textarea, .nc-editor__textarea');
		if (field) {
			field.value = text;
			field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text }));
			field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
			field.form?.requestSubmit?.();
		}
		field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true }));
		for (const button of document.querySelectorAll<HTMLElement>('.send-button, .nc-editor__submit')) button.click();
		const view = document.querySelector('converse-muc') as unknown as { model?: { sendMessage(message: object): Promise<unknown> } } | null;
		await Promise.race([view?.model?.sendMessage({ body: text }), new Promise((done) => setTimeout(done, 1000))]).catch(() => undefined);
		const { nostr } = globalThis as unknown as { nostr?: { signEvent(event: object): Promise<unknown> } };
		const tags = [
			['I', 'https://blog.test/who-decides'],
			['K', 'web'],
			['i', 'https://blog.test/who-decides'],
			['k', 'web'],
		];
		const signing = nostr?.signEvent({ kind: 1111, tags, content: text, created_at: Math.floor(Date.now() / 1000) });
		const signed = await Promise.race([signing, new Promise((done) => setTimeout(done, 1000))]).catch(() => undefined);
		const { relays = [] } = JSON.parse(document.getElementById('settings')?.textContent ?? '{}') as { relays?: string[] };
		if (!relays[0]) return;
		const socket = new WebSocket(relays[0]);
		await new Promise((opened) => socket.addEventListener('open', opened));
		socket.send(JSON.stringify(['EVENT', signed ?? { kind: 1111, tags, content: text, id: '', pubkey: '', sig: '', created_at: 1 }]));
		// the relay answers in order: what comes back tells that the event has arrived, if it left
		const answered = new Promise((told) => socket.addEventListener('message', told));
		socket.send(JSON.stringify(['REQ', 'end', { kinds: [1111], limit: 1 }]));
		await Promise.race([answered, new Promise((done) => setTimeout(done, 3000))]);
		socket.close();
	}, content);
}

/** Links another browser and keeps it: it is unlinked in the end. Returns the identity's id. */
export async function linkAnother(actor: Actor, startOther: () => Promise<Actor>): Promise<string> {
	const other = await startOther();
	try {
		const offer = await other.ask('link.offer', { name: 'the other laptop' });
		const identity = (await actor.ask('devices.state', {})).groups[0]?.id ?? '';
		const reply = await actor.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase });
		await other.ask('link.answer', { text: reply.text });
		await other.ask('link.accept', { passphrase: testPassphrase });
		return identity;
	} finally {
		await other.quit();
		await other.discard();
	}
}

/** A page of voices that watches what Bauta does to them while it is locked and opened. */
export async function lookAtVoices({ actor, stage, step }: Play, phrase: string): Promise<Recording['voices']> {
	const other = newPhrase();
	const voices: [Voice, string][] = [
		[{ phrase }, 'words 0'],
		['stranger', 'words 1'],
		[{ phrase: other }, 'words 2'],
		[{ phrase }, 'words 3'],
		['stranger', 'words 4'],
		// these have names, each of another width
		[{ phrase, name: 'organiser' }, 'words 5'],
		[{ phrase: other, name: 'organiser' }, 'words 6'],
		[{ phrase, name: 'organiser' }, 'words 7'],
		[{ phrase: other, name: 'organiser' }, 'words 8'],
	];
	const own = ['words 0', 'words 3', 'words 5', 'words 7'];
	const site = await serveVoices(stage.network, voices, labelSpyHead);
	type Spy = { spy: { take(): Promise<SpyReport>; hosts(): string[] } };
	try {
		return await step('voices', async () => {
			await actor.ask('vault.lock', {});
			await actor.ask('site.wanted', { origin: site.origin, frontend: site.frontend, name: site.frontend, hosts: [] });
			await actor.ask('site.granted', { origin: site.origin });
			const tab = await actor.open(site.origin);
			await until(
				async () => (await tab.evaluate(() => (globalThis as unknown as Spy).spy.hosts().length, null)) === voices.length,
				'the labels',
			);
			const take = () => tab.evaluate(() => (globalThis as unknown as Spy).spy.take(), null);
			await take();
			const locked = await take();
			await actor.ask('vault.unlock', { passphrase: testPassphrase });
			const marks = await until(async () => {
				const seen = await tab.marked();
				return own.every((text) => seen.some((mark) => mark.includes(text))) ? seen : null;
			}, 'the marks');
			const unlocked = await take();
			await tab.close();
			return {
				mine: ['words 0', 'words 3'],
				foreign: ['words 1', 'words 2', 'words 4'],
				named: ['words 5', 'words 6', 'words 7', 'words 8'],
				locked: locked.looks,
				unlocked: unlocked.looks,
				log: unlocked.log,
				marks,
			};
		});
	} finally {
		await site.close();
	}
}
