/** What one vector file gave: every case by its name, with what was wrong with it. */
export interface CaseResult {
	name: string;
	faults: string[];
}

/** Compares what a case says with what we compute, field by field. */
export class Case {
	readonly faults: string[] = [];

	/** `fileValue` as the file has it; undefined where the case has no such field, which is then not compared. */
	same(field: string, fileValue: unknown, ourValue: unknown): void {
		if (fileValue === undefined) return;
		const [want, have] = [plain(fileValue), plain(ourValue)];
		if (want === have) return;
		this.faults.push(`${field}: ${difference(want, have)}`);
	}

	fault(text: string): void {
		this.faults.push(text);
	}
}

export class Cases {
	readonly results: CaseResult[] = [];

	/** Runs one case; whatever it throws is its fault, and no other case's. */
	run(name: string, check: (at: Case) => void): void {
		const at = new Case();
		try {
			check(at);
		} catch (thrown) {
			at.fault(`threw ${thrown instanceof Error ? thrown.message : String(thrown)}`);
		}
		this.results.push({ name, faults: at.faults });
	}
}

function plain(value: unknown): string {
	if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
	return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

const hex = /^(0x)?([0-9a-f]{2})*$/;

/** Says where two values part: the first differing byte, of the hex if both are hex, else of the UTF-8. */
function difference(fileValue: string, ourValue: string): string {
	const isHex = hex.test(fileValue) && hex.test(ourValue);
	const bytes = (text: string) => (isHex ? Buffer.from(text.replace(/^0x/, ''), 'hex') : Buffer.from(text, 'utf8'));
	const [want, have] = [bytes(fileValue), bytes(ourValue)];
	let at = 0;
	while (at < want.length && at < have.length && want[at] === have[at]) at++;
	const byte = (from: Buffer) => (at < from.length ? `0x${from.subarray(at, at + 1).toString('hex')}` : 'the end');
	const shown = (text: string) => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
	return `first differing byte ${at}: expected ${byte(want)}, got ${byte(have)} (${JSON.stringify(shown(fileValue))}, ${JSON.stringify(shown(ourValue))})`;
}
