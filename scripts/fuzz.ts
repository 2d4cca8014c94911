/** `npm run fuzz [-- COUNT [SEED]]`: a million hostile inputs for every parser, and a million keys. Another SEED gives other inputs. */
import { importBundle } from './bundle.ts';

const [count, seed] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 0)];
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || seed < 0) {
	process.stderr.write('Usage: npm run fuzz [-- COUNT [SEED]]\n');
	process.exit(2);
}
const { main } = await importBundle<typeof import('./fuzz/main.ts')>('scripts/fuzz/main.ts');
process.exitCode = main(count, seed) > 0 ? 1 : 0;
