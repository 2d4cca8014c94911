import type { ContentRequests } from '../../messages/content.ts';
import { BautaError } from '../../messages/errors.ts';
import { SteadyClock } from '../../platform/steady-clock.ts';
import type { Sender } from '../router/router.ts';
import { requireTab } from '../state/tabs.ts';
import { hasShown } from './switches.ts';

/*
 * A content script shares its process with the page, and a page that has taken it over speaks in its name (THREATS.md S7). So it is asked what
 * it may, each time: it speaks for the page that the browser shows in its tab, of rooms that this page has shown, and not too often.
 */

type Name = keyof ContentRequests;
/** How much a site may ask: `most` at once, and as much anew in each minute. */
interface Budget<N extends Name> {
	cost(body: ContentRequests[N]['in']): number;
	most: number;
	perMinute: number;
}
const each = (most: number, perMinute = most) => ({ cost: () => 1, most, perMinute });

/** Honest pages stay far below; what costs the most is measured in test/background/pages/admission.test.ts. */
const budgets: { [N in Name]: Budget<N> } = {
	'content.hello': each(60),
	'content.start': each(60),
	'content.left': each(120),
	'content.stolen': each(60),
	/** characters to parse */
	'content.frames': {
		cost: ({ frames }) => frames.reduce((sum, { data, url }) => sum + data.length + url.length, 0),
		most: 6e6,
		perMinute: 3e6,
	},
	/** rooms to look at */
	'content.rooms': { cost: ({ rooms }) => rooms.length, most: 2000, perMinute: 1000 },
	'content.switch': each(60),
	'content.composer': each(60),
	'content.beside': each(12),
	'content.reply': each(60),
	/** messages to look for */
	'content.unlabelled': { cost: ({ messages }) => messages.length, most: 30_000, perMinute: 15_000 },
	/** the same, by the characters that name them; a room's whole log is looked through for one */
	'content.verdicts': { cost: ({ handles }) => 6000 + handles.length, most: 600_000, perMinute: 300_000 },
	'content.theme': each(120),
	'content.hide': each(30),
	'content.tampered': each(60),
	'content.blocked': each(300),
};

/** messages that a site may have judged: each is some milliseconds of work */
const judging = { most: 3000, perMinute: 600 };

/** What is left of each budget, by site, and when that was, by `clock`. */
const clock = new SteadyClock();
const purses = new Map<string, { left: number; at: number }>();

/** Takes as much of `wanted` as a site's budget of this name allows, and returns it. */
function spend(site: string, name: string, { most, perMinute }: { most: number; perMinute: number }, wanted: number): number {
	const now = clock.now();
	const purse = purses.get(`${site} ${name}`) ?? { left: most, at: now };
	const left = Math.min(most, purse.left + ((now - purse.at) / 60_000) * perMinute);
	const granted = Math.min(Math.floor(left), wanted);
	purses.set(`${site} ${name}`, { left: left - granted, at: now });
	return granted;
}

/** How many of so many new messages may be judged for a site now. */
export const mayJudge = (site: string, messages: number): number => spend(site, 'judging', judging, messages);

/**
 * Whether a content script may ask this. Throws `site-unknown` where its page has not said hello, and `not-allowed` for a room that the page
 * has not shown, or when it asks too much.
 */
export async function admit<N extends Name>(name: N, body: ContentRequests[N]['in'], sender: Sender): Promise<void> {
	const budget = budgets[name];
	const cost = budget.cost(body);
	if (spend(sender.origin, name, budget, cost) < cost) throw new BautaError('not-allowed', 'budget');
	if (name === 'content.hello' || name === 'content.start') return;
	await requireTab(sender);
	if ('room' in body && !(await hasShown(sender.tab, body.room))) throw new BautaError('not-allowed', 'room');
}
