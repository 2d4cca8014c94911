import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** The profile directory, with what its databases have packed, holds no key, phrase or passphrase; Bauta's stores hold no room and no message. */
export const row: RecordedRow = {
	id: 'S1',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/answers/keys.ts',
			before: '\t\tawait setUnlocked(await createVault(',
			after: '\t\tawait localArea().set({ remembered: key });\n\t\tawait setUnlocked(await createVault(',
		},
		{
			file: 'src/background/answers/keys.ts',
			before: "import type { Handlers } from '../router/router.ts';",
			after: "import { localArea } from '../../platform/local-area.ts';\nimport type { Handlers } from '../router/router.ts';",
		},
	],
	check({ canaries, profile, profileFiles, profileUnread }) {
		const kindOf = (name: string) => canaries.find((canary) => canary.name === name)?.kind;
		return [
			...unlessSeen(profileFiles > 20, 'there is no profile'),
			...profileUnread.flatMap((note) => unlessSeen(false, note)),
			...unlessSeen(
				canaries.some(({ kind }) => kind === 'control') && profile.some(({ canary }) => kindOf(canary) === 'control'),
				'the scan does not even see the list of enabled sites',
			),
			...profile
				.filter(({ canary, isOwn }) => kindOf(canary) === 'key' || (kindOf(canary) === 'own' && isOwn))
				.map(({ canary, encoding, file }) => `${canary} lies in ${file} as ${encoding}`),
		];
	},
};
