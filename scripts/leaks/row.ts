import type { BrowserName, NetworkName, Recording } from './recording.ts';

/** Where a scenario was played. */
export interface Where {
	browser: BrowserName;
	network: NetworkName;
}

/** Words that tell people what cannot be closed: a key of the locales' messages, or a document, and the very words in it. */
export interface Told {
	file: 'public/_locales/en/messages.json' | 'public/_locales/ar/messages.json' | 'README.md' | 'PRIVACY.md' | 'SECURITY.md';
	words: string;
}

/** A change of the source that takes a protection away, to see that the check notices: `before` stands there exactly once. */
export interface Mutation {
	file: string;
	before: string;
	after: string;
	/** default: in the builds for both */
	browser?: BrowserName;
}

interface Common {
	/** as in THREATS.md */
	id: string;
	/** default: everywhere */
	applies?(where: Where): boolean;
}

/** A row that is judged from the recording of the scenario. */
export interface RecordedRow extends Common {
	by: 'recording';
	/** what is not as it should be, a sentence each; empty: it holds */
	check(recording: Recording): string[];
	/** where this holds only in part, people are told */
	also?(where: Where): Told[];
	/** tests that Node runs alone, which watch what no recording can */
	files?: string[];
	/** taken together they take the protection away */
	mutations?: Mutation[];
	/** where the scenario can show that it is gone; default: everywhere */
	provable?(where: Where): boolean;
}

/** A property of the code that no recording can judge: tests that Node runs alone. */
export interface TestedRow extends Common {
	by: 'test';
	files: string[];
	mutations?: Mutation[];
}

/** What cannot be closed, and where people are told. */
export interface ResidualRow extends Common {
	by: 'text';
	told: Told[];
}

/** What is not closed, or not judged here yet. */
export interface OpenRow extends Common {
	by: 'nothing';
	reason: string;
}

export type Row = RecordedRow | TestedRow | ResidualRow | OpenRow;

/** The note of a row that nothing here looks at yet. */
export const notJudged = 'not judged from a recording yet';

/** What is printed for a row in one place. */
export interface Verdict {
	id: string;
	browser: BrowserName;
	network: NetworkName;
	status: 'closed' | 'residual' | 'open';
	proved: boolean;
	note: string;
	/** it was to hold, and does not */
	faults: string[];
}
