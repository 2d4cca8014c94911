import { beforeEach, expect, test, vi } from 'vitest';
import { changeWatch } from '../../src/content/page/changes.ts';

/** A browser's observer, as far as it is told what to note: by the standard, what was noted and not handed over goes with `disconnect`. */
class Observer {
	isWatching = false;
	options: MutationObserverInit = {};
	noted = 0;
	private readonly hear: () => void;
	constructor(hear: () => void) {
		this.hear = hear;
		observer = this;
	}
	observe(_node: unknown, options: MutationObserverInit): void {
		this.isWatching = true;
		this.options = options;
	}
	disconnect(): void {
		this.isWatching = false;
		this.noted = 0;
	}
	/** something changes */
	change(): void {
		if (this.isWatching) this.noted++;
	}
	/** the script that changed it is done */
	hand(): void {
		if (this.noted === 0) return;
		this.noted = 0;
		this.hear();
	}
}
let observer: Observer;

beforeEach(() => {
	vi.stubGlobal('document', {});
	vi.stubGlobal('MutationObserver', Observer);
	return () => vi.unstubAllGlobals();
});

test('of all changes before the next look the browser notes the first ones alone', () => {
	const onChange = vi.fn();
	const watch = changeWatch(onChange);
	watch(['data-id']);
	expect(observer.options).toEqual({ childList: true, subtree: true, characterData: true, attributeFilter: ['data-id'] });
	observer.change();
	observer.hand();
	expect(onChange).toHaveBeenCalledTimes(1);
	for (let at = 0; at < 5; at++) {
		observer.change();
		expect(observer.noted).toBe(0);
		observer.hand();
	}
	expect(onChange).toHaveBeenCalledTimes(1);
	watch(['data-id']);
	observer.change();
	observer.hand();
	expect(onChange).toHaveBeenCalledTimes(2);
});

test('what Bauta changes as it looks is no reason to look again', () => {
	const onChange = vi.fn();
	const watch = changeWatch(onChange);
	watch();
	// a look for another reason, while the document is watched
	observer.change();
	watch();
	observer.hand();
	expect(onChange).not.toHaveBeenCalled();
	observer.change();
	observer.hand();
	expect(onChange).toHaveBeenCalledTimes(1);
});
