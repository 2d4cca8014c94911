import { browser } from '../../platform/api/browser.ts';
import { isUnlocked, onUnlock } from '../state/lock.ts';
import { hasRecord } from '../state/vault.ts';
import { notifierRecord } from './record.ts';

const alarm = 'notifier';
/** Loaded where there is a notifier: most people have none. While the vault is locked nobody is asked, as the secret and all keys are in it. */
const visits = async () => ((await isUnlocked()) && (await hasRecord(notifierRecord)) ? import('./visits.ts') : null);

/** Sets the alarm to the next visit, if there is to be one. */
export async function scheduleVisits(): Promise<void> {
	const loaded = await visits();
	if (loaded) await loaded.scheduleVisits(alarm);
	else if (!(await hasRecord(notifierRecord))) await browser.alarms.clear(alarm);
}

browser.alarms.onAlarm.addListener(({ name }) => {
	if (name === alarm) void visits().then((loaded) => loaded?.visitDue(alarm));
});
onUnlock(scheduleVisits);
