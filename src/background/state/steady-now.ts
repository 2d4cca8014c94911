import { type ClockReading, SteadyClock } from '../../platform/steady-clock.ts';
import { SessionValue } from './session-value.ts';

/** What the clock showed lately, for the next worker: workers die, and the wall clock may be put back in between. */
const lastReading = new SessionValue<ClockReading>('clock', { time: 0, ahead: 0 });
let clock: SteadyClock | null = null;
let savedReading: ClockReading = { time: 0, ahead: 0 };
/** How long after one reading was saved the next one is, ms. */
const noteEvery = 5000;

async function readClock(): Promise<ClockReading> {
	if (!clock) {
		const earlier = await lastReading.get();
		clock ??= new SteadyClock(earlier);
	}
	const reading = clock.read();
	if (reading.time - savedReading.time > noteEvery || Math.abs(reading.ahead - savedReading.ahead) > noteEvery) {
		savedReading = reading;
		// a memory that is full costs no more than what the clock forgets with this worker
		await lastReading.set(reading).catch(() => {});
	}
	return reading;
}

/** The time for durations, ms: it goes on where the wall clock is put back. As a date, use `Date.now()`. */
export const steadyNow = async (): Promise<number> => (await readClock()).time;

/** A time of that clock as one of the wall clock: for alarms and for what pages show. */
export const onWallClock = async (time: number): Promise<number> => time - (await readClock()).ahead;
