import { settingBounds } from '../messages/rooms.ts';
import type { NetworkJson } from './network.ts';

// What the user answered about servers that only a page names, in the room's record: devices share it as every other setting of a room. One
// line for each answer: the site, + or -, and hosts with their ports.

const { longestLine, mostLines } = settingBounds;

function linesIn({ pageHosts }: NetworkJson): string[] {
	return Array.isArray(pageHosts) ? pageHosts.filter((line) => typeof line === 'string') : [];
}

/** The answers about the servers that this site names for the room, by host. */
export function answersIn(storedRoom: NetworkJson, site: string): Record<string, boolean> {
	const answers: Record<string, boolean> = {};
	for (const [origin, sign, ...hosts] of linesIn(storedRoom).map((line) => line.split(' ')))
		if (origin === site) for (const host of hosts) answers[host] = sign === '+';
	return answers;
}

function linesFor(site: string, sign: '+' | '-', hosts: string[]): string[] {
	const lines: string[] = [];
	for (const host of hosts) {
		const last = lines.at(-1);
		if (last && last.length + host.length < longestLine) lines[lines.length - 1] = `${last} ${host}`;
		else lines.push(`${site} ${sign} ${host}`);
	}
	return lines.filter((line) => line.length <= longestLine);
}

/** The room's field with one more answer; the oldest goes where there are too many. */
export function withAnswer(storedRoom: NetworkJson, site: string, hosts: readonly string[], use: boolean): { pageHosts: string[] } {
	const answers = { ...answersIn(storedRoom, site), ...Object.fromEntries(hosts.map((host) => [host, use])) };
	const others = linesIn(storedRoom).filter((line) => !line.startsWith(`${site} `));
	const said = (wanted: boolean) => Object.keys(answers).filter((host) => answers[host] === wanted);
	return { pageHosts: [...others, ...linesFor(site, '+', said(true)), ...linesFor(site, '-', said(false))].slice(-mostLines) };
}

const isRefusal = (line: string): boolean => line.split(' ')[1] === '-';

/** Whether the user refused any server that a page named for the room. */
export const hasRefusals = (storedRoom: NetworkJson): boolean => linesIn(storedRoom).some(isRefusal);

/** The room's field without the refusals: the user is asked about these servers again. */
export const withoutRefusals = (storedRoom: NetworkJson): { pageHosts: string[] } => ({
	pageHosts: linesIn(storedRoom).filter((line) => !isRefusal(line)),
});
