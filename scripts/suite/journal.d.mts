import type { Reporter } from 'vitest/node';
export interface Outcome {
	passed: number;
	failed: string[];
	skipped: number;
	running: string[];
}
export function journalReporter(path: string): Reporter;
export function readJournal(text: string): Outcome;
