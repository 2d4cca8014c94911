export function tally(outcomes: { failed: string[] }[]): string[];
