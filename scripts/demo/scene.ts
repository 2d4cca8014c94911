import type { Pierced } from '../../test/pierce.ts';

/** Whose message it is, by the label on it; `null` = no label, or one that says something else. */
export type Verdict = 'foreign' | 'keyless' | 'mine' | null;

/** A person of the play: their account in the chat. */
export type Person = 'author' | 'neighbour' | 'stranger';

/** One network with one web chat on this machine, and how to read both. A new network is a new file that makes one of these. */
export interface Scene {
	network: string;
	/** the frontend's id, as in src/frontends */
	frontend: string;
	/** what people call the web chat */
	chat: string;
	/** origin of the web chat's page */
	origin: string;
	room: string;
	/** the account of the author */
	account: string;
	/** address of the web chat's page, logged in as this person */
	page(person: Person): string;
	/** selectors of what a person sees once the room can be talked in */
	ready: string[];
	/** a person's account as they would write it down */
	accountOf(person: Person): string;
	/** where the account itself writes, and what is pressed to send it, in this order; nothing: the Enter key */
	field: string;
	send: string[];
	/** resolves when nobody in the room has this name, where rooms name their guests */
	whenGone(nick: string): Promise<void>;
	/** somebody without the key says something with an envelope of their own, under this name where names can be taken */
	imitate(nick: string, text: string): Promise<void>;
	/** how one message looks: its selector, the same as a condition, and the selectors of author and text within */
	message: { selector: string; is(element: Pierced): boolean; author: string; text: string };
	/** of values in the page's storage that hold the text: how many are the account's own drafts or messages */
	own(values: string[]): number;
	/** typing notices and messages that the account's own connection put on the wire since this unix ms */
	wire(since: number): { typing: number; sent: number };
	/** the same for the author, in a web chat that rings for every message; absent where no web chat rings */
	ringing?: {
		page: string;
		/** an account says something, in its own name */
		speak(text: string): Promise<void>;
	};
	stop(): Promise<void>;
}

/** What a headless demo found out, all of it read off real pages and off the wire. */
export interface Report {
	network: string;
	frontend: string;
	text: string;
	/** from the Enter key to the moment at which the message stood in the window without Bauta */
	sendMs: number;
	views: {
		withoutBauta: { author: string; text: string };
		otherUser: { verdict: Verdict; label: string };
		authorOtherDevice: { verdict: Verdict; label: string };
	};
	/** typing notices, stored drafts and messages that left or were stored under the account during the journey */
	account: { name: string; typing: number; drafts: number; sent: number };
	pictures: string[];
}

/** Is this author the account? The page may have shortened the name in its middle. */
function isAccount(author: string, account: string): boolean {
	const [head = '', tail = ''] = author.split('…');
	return author.includes('…') ? account.startsWith(head) && account.endsWith(tail) : author === account;
}

/** What of a report is not as it should be, one sentence each. */
export function faultsOf(report: Report): string[] {
	const { views, account } = report;
	const faults: string[] = [];
	if (views.withoutBauta.text !== report.text) faults.push(`without Bauta the text reads "${views.withoutBauta.text}"`);
	if (!views.withoutBauta.author || isAccount(views.withoutBauta.author, account.name))
		faults.push(`the author shown is "${views.withoutBauta.author}"`);
	if (views.otherUser.verdict !== 'foreign') faults.push(`another user sees ${views.otherUser.verdict}`);
	if (views.authorOtherDevice.verdict !== 'mine') faults.push(`the author's other device sees ${views.authorOtherDevice.verdict}`);
	if (!views.otherUser.label || views.otherUser.label !== views.authorOtherDevice.label) faults.push('the labels differ');
	for (const kind of ['typing', 'drafts', 'sent'] as const)
		if (account[kind] !== 0) faults.push(`${kind} under the account: ${account[kind]}`);
	return faults;
}
