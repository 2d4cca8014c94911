import type { Discs } from '../messages/content.ts';
import type { Network, RoomRef, Theme } from '../messages/rooms.ts';

/** One room as the page shows it now. */
export interface OpenRoom {
	room: RoomRef;
	/** the element that goes when the room is closed, left or rebuilt */
	view: Element;
	/** where the switch and the private composer are put, as its last child; none while the page is still building it */
	panelParent: Element | null | undefined;
	/** a chat between two, where there is no room to be a voice of */
	direct: boolean;
}

/** One message as the page shows it now. */
export interface PageMessage {
	element: Element;
	/** the id by which the page and the network name it */
	id: string;
	/** the author as the page names them (XMPP: the occupant's full JID) */
	author: string;
	/** what it says now is not what was posted under this id */
	isEdited?: boolean;
}

/**
 * What one web chat looks like. One small file each, listed in all.ts; nothing else knows a selector.
 * The element names and attributes that it reads are hostile: it answers with strings and elements, and changes nothing.
 * What a web chat does not have, it leaves out.
 */
export interface Frontend {
	/** the name of its file */
	id: string;
	/** the name that people know */
	name: string;
	network: Network;
	/** whether the page is this software, by what it is and never by its host name */
	detect(document: Document): boolean;
	/** attributes whose change means that another room or message stands in the same element */
	identityAttributes?: string[];
	openRooms(document: Document): OpenRoom[];
	/** the style rule that hides the page's own composer in this room and in no other */
	closingRule(address: string): string;
	/** selects, within a view, every element by which the account writes or sends */
	pageComposer: string;
	/** selects, within a view, buttons that act on a message in the account's name (edit, retract, react) */
	accountActions?: string;
	/** selects, within a view, buttons that answer or quote a message, where they can be told from the others */
	replyButtons?: string;
	/** the message that an element of its menu belongs to */
	messageAround(element: Element): PageMessage | null;
	messages(view: Element): PageMessage[];
	/**
	 * What tells one message from another where the page does not show both its id and its whole author: the one of them that it shows, or the
	 * first characters of it (`length`). Where no id is shown, the author's key serves as one: whole for any number of messages, as they are all
	 * signed by it; a nick or the beginning of a key, which others may take, for one message only.
	 */
	messageKey?: { part: 'id' | 'author'; length?: number };
	/** gets the page's own frames, where the document alone does not tell which room it shows */
	onFrame?(direction: 'in' | 'out', data: string): void;
	/** gets who came, went or changed in rooms, named as the page names authors */
	onPresences?(authors: string[]): void;
	/** what the page's worker asks its servers for, as far as the page's settings tell: the tap does not hear a worker's sockets */
	workerRequests?(open: OpenRoom): { url: string; data: string }[];
	/** text of a message as shown; what is answered is compared with it */
	shownText(message: Element): string;
	/** where in a message the label stands: as the last child of `parent`, or as the first when `first` */
	labelPosition(message: Element): { parent: Element; first: boolean } | null;
	/** style rules that make room for the switch, where the page's own sizes leave none */
	switchRule?: string;
	/** style rules that cover name, avatar and colour of every message that carries an element named `tag`. `discs`: what an avatar becomes */
	coverRule(tag: string, discs: Discs): string;
	/** style rule that hides every message of this room that carries an element named `tag` */
	hidingRule(address: string, tag: string): string;
	/** style rules that hide the entries of these throw-away identities in the list of people */
	foldingRules?(open: OpenRoom, authors: ReadonlySet<string>): string[];
	/** a line about coming and going that names such identities: its element, and what it says of other people */
	presenceNotice?(open: OpenRoom, authors: ReadonlySet<string>): { element: Element; text: string } | null;
	/** style rules that hide such a line's own text where it carries an element named `tag` */
	presenceNoticeRule?(tag: string): string;
	theme(open: OpenRoom): Theme;
}
