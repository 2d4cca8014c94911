import * as v from 'valibot';
import { personaWords, wordBytes } from '../protocol/author.ts';
import { toHex } from '../protocol/bytes.ts';
import { generationLimit } from '../protocol/generation.ts';
import type { Group } from './group.ts';
import { ownId } from './registry.ts';
import { putEntries, viewOf } from './shared-entries.ts';

/*
 * The voices that speak more than once (docs/protocol.md §3, persona), as devices tell each other of them: one entry for each key,
 * `voice/<generation>/<n>/<path>`. Of those of one path and generation the one begun last is the one that speaks, on every device.
 */

/** A voice as a device keeps it; vault/document.ts says what the fields mean. */
export interface Voice {
	path: string;
	scope?: string;
	generation: number;
	n: number;
	since: number;
	met?: true;
	used: number;
	over?: true;
	forgotten?: true;
}

/** so many are kept; of more, those of the oldest generations go first */
const mostVoices = 400;
const prefix = 'voice/';
const value = v.object({
	since: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	scope: v.exactOptional(v.pipe(v.string(), v.maxLength(3100))),
	over: v.exactOptional(v.literal(true)),
});
const name = v.object({
	path: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
	generation: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(generationLimit - 1)),
	n: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0x7fffffff)),
});

/** The path of a scope, 16 bytes in hex. `scope`: room id, or what `labelScope` makes of a label. */
export const pathOf = (scope: string): string => toHex(wordBytes(personaWords(scope)));

const entryOf = ({ generation, n, path }: Voice): string => `${prefix}${generation}/${n}/${path}`;
const isSame = (one: Voice, other: Voice): boolean => entryOf(one) === entryOf(other);

function voiceNamed(entry: string): Pick<Voice, 'path' | 'generation' | 'n'> | null {
	const [generation, n, path] = entry.slice(prefix.length).split('/');
	const read = v.safeParse(name, { path, generation: Number(generation), n: Number(n) });
	return read.success && entry === `${prefix}${read.output.generation}/${read.output.n}/${read.output.path}` ? read.output : null;
}

function readValue(text: string, path: string): v.InferOutput<typeof value> | null {
	const read = v.safeParse(v.pipe(v.string(), v.parseJson(), value), text);
	if (!read.success) return null;
	const { scope } = read.output;
	return scope === undefined || pathOf(scope) === path ? read.output : null;
}

/** Of two records of one key: of two times the earlier, and what is over or given up in one of them is so. */
function joinVoice(mine: Voice, other: Voice): Voice {
	const [isOver, isForgotten] = [mine.over ?? other.over ?? false, mine.forgotten ?? other.forgotten ?? false];
	const scope = isForgotten ? undefined : (mine.scope ?? other.scope);
	const { path, generation, n } = mine;
	return {
		...{ path, generation, n, since: Math.min(mine.since, other.since), used: Math.max(mine.used, other.used) },
		...(scope !== undefined && { scope }),
		...(mine.met && other.met && { met: true as const }),
		...(isOver && { over: true as const }),
		...(isForgotten && { forgotten: true as const }),
	};
}

/** Voices of both lists, each key once, and each record written in one way. */
export function joinVoices(mine: readonly Voice[], others: readonly Voice[]): Voice[] {
	const all = mine.map((one) => joinVoice(one, one));
	for (const other of others) {
		const at = all.findIndex((one) => isSame(one, other));
		if (at < 0) all.push(joinVoice(other, other));
		else all[at] = joinVoice(all[at] as Voice, other);
	}
	if (all.length <= mostVoices) return all;
	// what was given up is forgotten last: else it would come back
	const rank = ({ forgotten }: Voice) => (forgotten ? 1 : 0);
	return all.sort((a, b) => b.generation - a.generation || rank(b) - rank(a) || b.since - a.since).slice(0, mostVoices);
}

/** What the devices have told each other of voices, without when each spoke last. */
export function voicesOf(group: Group): Voice[] {
	const voices = [...viewOf(group)].flatMap(([entry, text]): Voice[] => {
		const named = entry.startsWith(prefix) ? voiceNamed(entry) : null;
		const told = named && readValue(text, named.path);
		return told ? [{ ...named, ...told, used: 0 }] : [];
	});
	const gone = group.writes.flatMap(({ entry, value: text }): Voice[] => {
		const named = text === null && entry.startsWith(prefix) ? voiceNamed(entry) : null;
		return named ? [{ ...named, since: 0, used: 0, forgotten: true }] : [];
	});
	return joinVoices(voices, gone);
}

/**
 * Tells the other devices of the voices that this one knows: those of the newest generation, as the others have ended. What is known by its
 * messages alone they meet themselves. `now`: unix ms.
 */
export function noteVoices(group: Group, voices: readonly Voice[], now: number): Group {
	const newest = Math.max(...voices.map(({ generation }) => generation));
	const others = voicesOf(group);
	const entries = voices.flatMap((voice): [string, string | null][] => {
		if (voice.generation < newest || voice.met) return [];
		const known = others.find((one) => isSame(one, voice));
		// what all of them know must not be told again, for each would in turn
		const joined = known ? joinVoice(known, voice) : voice;
		if (joined.forgotten) return [[entryOf(voice), null]];
		const { since, scope, over } = joined;
		return [[entryOf(voice), JSON.stringify({ since, ...(scope !== undefined && { scope }), ...(over && { over }) })]];
	});
	return putEntries(group, ownId(group), entries, now);
}

/** The voice of a path that speaks under a generation: the one begun last that is neither over nor given up. */
export function currentVoice(voices: readonly Voice[], path: string, generation: number): Voice | null {
	const last = voices
		.filter((one) => one.path === path && one.generation === generation && !one.over && !one.forgotten)
		.reduce<Voice | null>((best, one) => (best && (best.since - one.since || best.n - one.n) > 0 ? best : one), null);
	return last;
}
