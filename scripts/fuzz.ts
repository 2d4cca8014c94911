/** `npm run fuzz [-- COUNT]`: a million hostile inputs for every parser, and a million keys. */
import { importBundle } from './bundle.ts';

const count = Number(process.argv[2] ?? 1_000_000);
if (!Number.isInteger(count) || count < 1) {
	process.stderr.write('Usage: npm run fuzz [-- COUNT]\n');
	process.exit(2);
}
const { main } = await importBundle<typeof import('./fuzz/main.ts')>('scripts/fuzz/main.ts');
process.exitCode = main(count) > 0 ? 1 : 0;
