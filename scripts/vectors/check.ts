import { checkBauta } from './bauta.ts';
import { Cases } from './cases.ts';
import { checkStatus } from './status.ts';
import { checkXmtp } from './xmtp.ts';

/** what a file of each format is made of, and which of the lists only say how it was made */
const formats = [
	{
		check: checkBauta,
		lists: [
			'roots',
			'generations',
			'refusedImports',
			'openings',
			'rooms',
			'texts',
			'roomKeys',
			'messages',
			'recognise',
			'reveals',
			'challenges',
		],
		notes: ['about', 'seed'],
	},
	{ check: checkStatus, lists: ['identities', 'topics', 'wrapped'], notes: ['made_by'] },
	{ check: checkXmtp, lists: ['v2_pure', 'v2_keystore', 'v3_libxmtp'], notes: ['made_on', 'how', 'formulas'] },
];

/** The cases of a list: an XMTP keystore has them one level down. */
const casesIn = (list: unknown): unknown => (list as { cases?: unknown } | null)?.cases ?? list;

/** What keeps a file from being checked at all: its form is wrong, or there is no case in it. '' = nothing. */
export function formFault(file: unknown): string {
	if (typeof file !== 'object' || file === null || Array.isArray(file)) return 'expected a JSON object with lists of cases';
	const names = Object.keys(file).filter((name) => formats.some(({ lists }) => lists.includes(name)));
	if (names.length === 0) return `no list of cases: expected one of ${formats.flatMap(({ lists }) => lists).join(', ')}`;
	const lists = names.map((name) => [name, casesIn((file as Record<string, unknown>)[name])] as const);
	for (const [name, list] of lists) {
		if (!Array.isArray(list)) return `${name}: expected a list of cases`;
		const wrong = list.findIndex((item) => typeof item !== 'object' || item === null || Array.isArray(item));
		if (wrong >= 0) return `${name}[${wrong}]: expected an object`;
	}
	return lists.every(([, list]) => (list as unknown[]).length === 0) ? 'no case in this file' : '';
}

/** Checks a vector file of any format. A list that nobody here knows is a failing case, not one that is passed over. */
export function checkFile(file: Record<string, unknown>): Cases {
	const cases = new Cases();
	const format = formats.find(({ lists }) => lists.some((list) => list in file));
	if (!format) return cases;
	for (const member of Object.keys(file))
		if (!format.lists.includes(member) && !format.notes.includes(member) && typeof file[member] === 'object')
			cases.run(member, (at) => at.fault('an unknown kind of case'));
	format.check(file, cases);
	return cases;
}
