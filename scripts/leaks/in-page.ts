import type { ExtensionMessage } from './recording.ts';

// Functions that run in pages by their source; both browsers' pages of the extension.

type Ears = typeof globalThis & { heardMessages?: ExtensionMessage[] };

/** Notes from now on what the listener in the background tells. */
export function hearMessages(): void {
	const heard: ExtensionMessage[] = [];
	(globalThis as Ears).heardMessages = heard;
	new BroadcastChannel('leaks').onmessage = ({ data }) => heard.push(data as ExtensionMessage);
}

/** What was noted since the last call. */
export function collectMessages(): ExtensionMessage[] {
	return (globalThis as Ears).heardMessages?.splice(0) ?? [];
}

/** The vault's own key, base64, while it is open. */
export async function vaultKeyIn(): Promise<string> {
	type Api = { storage: { session: { get(name: string): Promise<{ key?: string }> } } };
	const { browser, chrome } = globalThis as unknown as { browser?: Api; chrome: Api };
	return (await (browser ?? chrome).storage.session.get('key')).key ?? '';
}

/** Titles of all tabs, and title and badge of the toolbar's button in each of them and by default. */
export async function surfacesIn(): Promise<string[]> {
	type Action = { getTitle(details: object): Promise<string>; getBadgeText(details: object): Promise<string> };
	type Api = { tabs: { query(wanted: object): Promise<{ id: number; title?: string }[]> }; action: Action };
	const scope = globalThis as unknown as { browser?: Api; chrome: Api };
	const { tabs, action } = scope.browser ?? scope.chrome;
	const all = await tabs.query({});
	const ofButton = [{}, ...all.map(({ id }) => ({ tabId: id }))].flatMap((where) => [action.getTitle(where), action.getBadgeText(where)]);
	return [...all.map(({ title = '' }) => title), ...(await Promise.all(ofButton))];
}

/** The class of an element around one message. */
export const markedIn = /\b(chat-msg|nc-comment)( |$)/;
