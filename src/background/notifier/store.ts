import { BautaError, faultOf } from '../../messages/errors.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { withKey } from '../state/lock.ts';
import { readRecord, removeRecord, setRecordAside, writeRecord } from '../state/vault.ts';
import { notifierRecord, type StoredNotifier } from './record.ts';

const changes = new SerialQueue();

/** The notifier in use, decrypted for the caller alone; null where there is none. Throws `vault-locked`. */
export async function readNotifier(): Promise<StoredNotifier | null> {
	try {
		return (await withKey((key) => readRecord(key, notifierRecord))) as StoredNotifier | null;
	} catch (thrown) {
		if (faultOf(thrown).code !== 'record-broken') throw thrown;
		// it belongs to a vault that was set aside, or is damaged: it is kept as it is, under another name
		await setRecordAside(notifierRecord);
		return null;
	}
}

/** The notifier in use. Throws `vault-locked`, and `notifier-missing` where there is none. */
export async function requireNotifier(): Promise<StoredNotifier> {
	const notifier = await readNotifier();
	if (!notifier) throw new BautaError('notifier-missing');
	return notifier;
}

/** Writes another notifier in the place of the one that there is, encrypted. Throws `vault-locked`. */
export const writeNotifier = (notifier: StoredNotifier): Promise<void> =>
	changes.run(() => withKey((key) => writeRecord(key, notifierRecord, notifier)));

/** Changes what is stored, with no other change in between. Throws `vault-locked`, `notifier-missing`. */
export function changeNotifier<R>(change: (notifier: StoredNotifier) => R): Promise<R> {
	return changes.run(async () => {
		const notifier = await requireNotifier();
		const result = change(notifier);
		await withKey((key) => writeRecord(key, notifierRecord, notifier));
		return result;
	});
}

/** Forgets the notifier. */
export const forgetNotifier = (): Promise<void> => changes.run(() => removeRecord(notifierRecord));
