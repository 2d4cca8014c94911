/** A bauta-1 file, as far as it is read. Bytes are hex. Fields that a kind of case may lack are optional. */
export interface BautaFile {
	roots?: RootCase[];
	generations?: GenerationCase[];
	refusedImports?: { kind: string; value: string; why: string }[];
	openings?: OpeningCase[];
	rooms?: RoomCase[];
	texts?: TextCase[];
	roomKeys?: RoomKeysCase[];
	messages?: MessageCase[];
	recognise?: RecogniseCase[];
	reveals?: RevealCase[];
	challenges?: ChallengeCase[];
}

export interface HexNode {
	privateKey: string;
	chainCode: string;
}

export interface RootCase {
	id: string;
	kind: string;
	phrase?: string;
	passphrase?: string;
	seed?: string;
	xprv?: string;
	privateKey?: string;
	A: HexNode;
	chatPrivateKey?: string | null;
}

export interface GenerationCase extends HexNode {
	root: string;
	generation: number;
	generationSecret: string;
}

export interface OpeningCase {
	how: string;
	current?: number | null;
	highestSeen?: number | null;
	now: number;
	generation: number;
	triesUpTo?: number;
}

export interface RoomCase {
	transport: string;
	room: string;
	sender?: string;
	roomId?: string;
	network?: string | null;
	server?: string;
	channel?: string;
	casemapping?: string | null;
	url?: string;
	group?: string;
	tags?: string[][];
	coordinate?: string;
	chat?: string;
}

export interface TextCase {
	text: string;
	times: number;
	irc: boolean;
	canonical: string | null;
	refused: string | null;
}

export interface RoomKeysCase {
	root: string;
	generation: number;
	room: string;
	period: number;
	salt: string;
	info: string;
	tagKey: string;
	sealKey: string;
}

export interface MessageCase {
	name: string;
	mode: 'one-time' | 'persona' | 'keyless' | 'no-trace';
	root: string | null;
	generation: number | null;
	room: string;
	text: string;
	sent: string;
	replyTo: string;
	messageId: string;
	flags: number;
	createdAt: number;
	slot: number;
	period: number;
	messageTime: number;
	random?: string;
	label?: string | null;
	scope?: string;
	scopeHash?: string;
	words?: number[];
	n?: number;
	path?: string;
	contentHash: string;
	authorPrivate: string | null;
	authorKey: string;
	nonce: string;
	tagKey?: string;
	sealKey?: string;
	tag: string;
	body?: string;
	aad?: string;
	sealed: string;
	envelope: string;
	digest?: string;
	signature?: string;
	wire: string;
	counter?: number;
	negated?: boolean;
}

export interface RecogniseCase {
	name: string;
	holder: string;
	held: { generation: number; closed: number | null }[];
	after: string | null;
	room: string;
	bodies: string[];
	replyTo: string;
	messageTime: number;
	wires: string[];
	authorKey: string | null;
	formatted: boolean;
	messageId: string;
	remember: string | null;
	expect: { verdict: string; kind?: string; generation?: number; n?: number };
}

export interface RevealCase {
	name: string;
	form: 'public' | 'private';
	message: string;
	claimant: string;
	account: string;
	issuedAt: number;
	statement: string;
	authorPrivate: string;
	aux?: string;
	digest?: string;
	signature?: string;
	verifierPrivate?: string;
	verifier?: string;
	k?: string;
	proof?: string;
	text: string;
	expect: string;
}

export interface ChallengeCase {
	name: string;
	room: string;
	authorKey: string;
	verifier: string;
	challenge: string;
	issuedAt: number;
	statement: string;
	digest: string;
	authorPrivate: string;
	aux: string;
	now: number;
	signature: string;
	expect: string;
}
