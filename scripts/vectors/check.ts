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
