import { onAccessLearned } from '../access/probe-results.ts';

const alarm = 'renewals';

/** Whether an alarm of this name is the one at which `renewDue` is to be called. */
export const isRenewalAlarm = (name: string): boolean => name === alarm;

/** Loaded when a room is open. */
const renewals = () => import('./renewals.ts');

/** Looks at the open rooms whose time has come. */
export const renewDue = async (): Promise<void> => (await renewals()).renewDue(alarm);

/** Sets the alarm anew, as rooms were opened or looked at. */
export const scheduleRenewals = async (): Promise<void> => (await renewals()).scheduleRenewals(alarm);
onAccessLearned(() => void scheduleRenewals());
