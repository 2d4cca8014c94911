// The linking experiment (THREATS.md T5): can whoever sees all that room and server see tell who wrote a message? `-- --json` for programs;
// AUTHORS, MESSAGES (for each way), SECONDS, SPLITS and SEED change it; TABLES names a file to keep what the classifiers get.
import { writeFileSync } from 'node:fs';
import { collect, type Series, type Session } from './collect.ts';
import { type Features, featuresOf } from './features.ts';
import { runPython } from './python.ts';
import { asJson, drawReport, isAsItShould, type Judgement, type Trial } from './report.ts';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const authors = setting('AUTHORS', 20);
const messages = setting('MESSAGES', 1000);
const seconds = setting('SECONDS', 480);
const seed = setting('SEED', 29);
/** how often the messages are halved anew: the mean of so many trials varies less than one of them */
const splits = setting('SPLITS', 10);
const say = (line: string) => process.stderr.write(`${line}\n`);

const proofs = Math.min(messages, 12 * authors);
const series: Series[] = [
	{ way: 'XMPP over WebSocket', without: null, messages },
	{ way: 'XMPP over BOSH', without: null, messages },
	{ way: 'Nostr', without: null, messages },
	{ way: 'XMPP over WebSocket', without: 'pauses', messages: proofs },
	{ way: 'XMPP over WebSocket', without: 'nick', messages: proofs },
	{ way: 'Nostr', without: 'clock', messages: proofs },
];

const leftOut = [
	'the text of a message, and how long it is',
	'the IP address, and what TCP itself tells a server of the way to it: how long connections take to open and close, here and between two relays. The lines "and what TCP tells" have it with them: only Tor or a proxy changes that',
	'when somebody chooses to write: messages begin at times that say nothing',
	'headers: Node makes them here, the same for all. Those of browsers are watched by N2 and N4',
	'keyless, which everyone can see: it has the same share for each author. Personas are linked on purpose',
	'relays that ask for proof of work, rooms that refuse, and messages that are tried again',
];

const parts = { room: ['room'], server: ['room', 'server'], path: ['room', 'server', 'path'] } as const;

/** The features that this adversary has. */
const seenBy = (features: Features, sees: Trial['sees']): Features =>
	Object.fromEntries(Object.entries(features).filter(([name]) => (parts[sees] as readonly string[]).includes(name.split(' ', 1)[0] ?? '')));

/** The trials of one series: each adversary against all messages; where a protection is out, the one that it keeps from seeing. */
function trialsOf({ way, without }: Series, sessions: readonly Session[]): (Omit<Trial, 'judgement'> & { rows: object[] })[] {
	const rows = sessions.map((session) => ({ author: session.author, features: featuresOf(session) }));
	const adversaries: Trial['sees'][] = without === null ? ['room', 'server', 'path'] : [without === 'pauses' ? 'server' : 'room'];
	return adversaries.map((sees) => ({
		...{ way, without, sees },
		rows: rows.map(({ author, features }) => ({ author, features: seenBy(features, sees) })),
	}));
}

async function main(): Promise<number> {
	say(
		`${authors} authors write ${series.reduce((sum, one) => sum + one.messages, 0)} messages in ${seconds} seconds; pauses are as they are`,
	);
	const { sessions, faults } = await collect({ authors, series, seed, seconds, say });
	const trials = series.flatMap((one, at) => trialsOf(one, sessions[at] ?? []));
	if (process.env.TABLES) writeFileSync(process.env.TABLES, JSON.stringify(trials));
	say('the classifiers learn');
	const tables = trials.map(({ rows }, at) => ({ name: String(at), rows }));
	const judgements = await runPython<Judgement[]>('classify.py', { seed, splits, tables }, say);
	const judged = trials.map(({ rows: _, ...trial }, at): Trial => ({ ...trial, judgement: judgements[at] as Judgement }));
	const json = process.argv.includes('--json');
	process.stdout.write(`${(json ? asJson : drawReport)(judged, leftOut, faults)}\n`);
	return judged.every((trial) => isAsItShould(trial) !== false) ? 0 : 1;
}

process.exit(
	await main().catch((fault) => {
		say(String(fault instanceof Error ? fault.stack : fault));
		return 1;
	}),
);
