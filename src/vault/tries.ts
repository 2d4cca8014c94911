import { BautaError } from '../messages/errors.ts';
import type { Store } from './store/store.ts';

const triesName = 'vault-tries';
const free = 3;
const longest = 15 * 60_000;

/**
 * Wrong tries so far, and the time (unix ms) from which the next is allowed. It holds back a person at the keyboard, not one who has the
 * disk.
 */
interface Tries {
	wrong: number;
	next: number;
}

/** Ms to wait after the `wrong`th wrong passphrase in a row: none for the first three, then 1, 2, 4 … s, at most 15 min. */
export function delayAfter(wrong: number): number {
	return wrong <= free ? 0 : Math.min(1000 * 2 ** (wrong - free - 1), longest);
}

async function read(stores: readonly Store[]): Promise<Tries> {
	const readings = await Promise.all(
		stores.map(async (store): Promise<Tries> => {
			try {
				const bytes = await store.read(triesName);
				const { wrong, next } = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array(0))) as Partial<Tries>;
				if (Number.isSafeInteger(wrong) && Number.isSafeInteger(next)) return { wrong: wrong as number, next: next as number };
			} catch {
				// missing, broken or failing: the other store has it, or nobody does
			}
			return { wrong: 0, next: 0 };
		}),
	);
	return readings.reduce((most, tries) => (tries.wrong > most.wrong ? tries : most), { wrong: 0, next: 0 });
}

// a full store must not lock people out of their own vault
async function write(stores: readonly Store[], tries: Tries): Promise<void> {
	const bytes = new TextEncoder().encode(JSON.stringify(tries));
	await Promise.all(stores.map((store) => store.write(triesName, bytes).catch(() => {})));
}

/** Ms until the next try. Where the clock was put back since the last one, the wait begins anew, and is no longer than the rule makes it. */
export async function waitLeft(stores: readonly Store[], now: number): Promise<number> {
	const { wrong, next } = await read(stores);
	const delay = delayAfter(wrong);
	if (next - now <= delay) return Math.max(0, next - now);
	await write(stores, { wrong, next: now + delay });
	return delay;
}

/**
 * Counts a try before it is made, so that whoever ends the worker in the middle gains nothing.
 * @throws BautaError `too-many-tries`, detail = ms to wait
 */
export async function beginTry(stores: readonly Store[], now: number): Promise<void> {
	const left = await waitLeft(stores, now);
	if (left > 0) throw new BautaError('too-many-tries', String(left));
	const { wrong } = await read(stores);
	await write(stores, { wrong: wrong + 1, next: now + delayAfter(wrong + 1) });
}

/** Forgets all wrong tries, because the passphrase was right. */
export async function forgiveTries(stores: readonly Store[]): Promise<void> {
	await Promise.all(stores.map((store) => store.remove(triesName).catch(() => {})));
}
