import type { TestAccount } from '../../servers/account.ts';
import type { Prosody } from '../../servers/prosody.ts';

/** the domain of the test server's rooms */
export const muc = 'muc.chat.test';

/** Runs something while bob is in the room of this name. */
export async function watching<T>(prosody: Prosody, name: string, run: (bob: TestAccount) => Promise<T>): Promise<T> {
	const bob = await prosody.logIn('bob');
	try {
		await bob.join(`${name}@${muc}`, 'bob');
		return await run(bob);
	} finally {
		bob.close();
	}
}

/** The id that the room gave the message in this frame; '' where it gave none. */
export const stanzaIdIn = (frame: string): string => /<stanza-id[^>]* id=['"]([^'"]+)/.exec(frame)?.[1] ?? '';

/** Somebody says something in a room. Returns the id that the room gave it. */
export async function say(account: TestAccount, name: string, text: string): Promise<string> {
	const id = await account.say(`${name}@${muc}`, text);
	return stanzaIdIn(await account.wait(new RegExp(`<message[^>]*${id}`)));
}
