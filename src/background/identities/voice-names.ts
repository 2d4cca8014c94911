import { voiceWordNumbers, wordNumbers } from '../../protocol/author.ts';

/** The list is as large as all else that names voices, and so is loaded when the first one is named. */
const wordList = async (): Promise<readonly string[]> => (await import('@scure/bip39/wordlists/english.js')).wordlist;

/** The words of a voice, the first two of which are its name; each further one is for a room where the name is taken, or for a proof. `authorKey`: 33 bytes. */
export async function voiceWords(authorKey: Uint8Array): Promise<string[]> {
	const list = await wordList();
	return voiceWordNumbers(authorKey).map((number) => list[number] as string);
}

/** A voice's name: two words. `authorKey`: 33 bytes. */
export async function voiceName(authorKey: Uint8Array): Promise<string> {
	return (await voiceWords(authorKey)).slice(0, 2).join(' ');
}

/** Words like those of a voice, of random bits: for a message whose key nobody is to meet again. */
export async function drawnWords(): Promise<string[]> {
	const list = await wordList();
	return wordNumbers(crypto.getRandomValues(new Uint8Array(22))).map((number) => list[number] as string);
}
