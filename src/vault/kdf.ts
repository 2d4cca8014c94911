import { BautaError, type ErrorCode } from '../messages/errors.ts';
import { runYielding } from './fair-yield.ts';

/** Cost of scrypt (RFC 7914): N = 2^logN, block size r, parallelism p. */
export interface ScryptCost {
	logN: number;
	r: number;
	p: number;
}

/** What new vaults and backups are made with: 128 MiB. A vault that costs less is upgraded when it is unlocked. */
export const todaysCost: ScryptCost = { logN: 17, r: 8, p: 1 };
/** A vault or backup header may ask for four times today's work and no more, whoever wrote it. */
export const vaultWorkLimit = 2 ** 22;
/** Keys made by other programs may ask for N = 2^20 with r = 8: 1 GiB, the most that ncryptsec files in the wild use. */
export const importWorkLimit = 2 ** 23;

/** Blocks of 128 bytes that scrypt mixes; memory is at most 128 times this. */
export function workOf(cost: ScryptCost): number {
	return 2 ** cost.logN * cost.r * cost.p;
}

/** Can this be computed at all, and within `limit`? */
export function isAffordable(cost: ScryptCost, limit: number): boolean {
	const whole = [cost.logN, cost.r, cost.p].every((part) => Number.isInteger(part) && part >= 1);
	return whole && cost.logN <= 30 && workOf(cost) <= limit;
}

/** How a long derivation is watched and stopped. `progress` gets fractions from 0 to 1. */
export interface Watch {
	progress?: (fraction: number) => void;
	signal?: AbortSignal;
}

/**
 * 32-byte key from a passphrase. The passphrase is taken in NFKC, so that two keyboards that write the same letter differently agree,
 * unless `normalize` is false.
 * Yields to the event loop every 10 ms.
 * @throws BautaError `tooCostly` where the cost is above `limit`, malformed, or more memory than there is; `cancelled` when `watch.signal`
 * aborts
 */
export async function deriveKey(
	passphrase: string,
	salt: Uint8Array,
	cost: ScryptCost,
	{ limit, tooCostly, watch = {}, normalize = true }: { limit: number; tooCostly: ErrorCode; watch?: Watch; normalize?: boolean },
): Promise<Uint8Array> {
	if (!isAffordable(cost, limit)) throw new BautaError(tooCostly);
	if (watch.signal?.aborted) throw new BautaError('cancelled');
	const onProgress = (fraction: number) => {
		if (watch.signal?.aborted) throw new BautaError('cancelled');
		watch.progress?.(fraction);
	};
	try {
		// the background wakes up far more often than it unlocks, so this is loaded when it is needed
		const { scryptAsync } = await import('@noble/hashes/scrypt.js');
		const secret = normalize ? passphrase.normalize('NFKC') : passphrase;
		const maxmem = 128 * (limit + 1024 + cost.r * (cost.p + 1));
		return await runYielding(() => scryptAsync(secret, salt, { N: 2 ** cost.logN, r: cost.r, p: cost.p, dkLen: 32, maxmem, onProgress }));
	} catch (error) {
		// a small machine cannot allocate what a larger one could
		if (error instanceof RangeError) throw new BautaError(tooCostly);
		throw error;
	}
}
