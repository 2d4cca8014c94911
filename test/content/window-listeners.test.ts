import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';

/** A window whose listeners can be taken away all at once, as `document.open()` does. */
function fakeWindow() {
	let target = new EventTarget();
	vi.stubGlobal('addEventListener', (...entry: Parameters<EventTarget['addEventListener']>) => target.addEventListener(...entry));
	vi.stubGlobal('dispatchEvent', (event: Event) => target.dispatchEvent(event));
	return {
		openDocument: () => {
			target = new EventTarget();
		},
		fire: (type: string) => target.dispatchEvent(new Event(type)),
	};
}

afterEach(() => {
	vi.unstubAllGlobals();
	vi.resetModules();
});

test('listeners are missed where the document was opened anew, and come back in their order, each once', async () => {
	const page = fakeWindow();
	const { areListenersThere, listen, listenAgain } = await import('../../src/content/page/window-listeners.ts');
	const calls: string[] = [];
	listen('click', () => void calls.push('first'), { capture: true });
	listen('click', () => void calls.push('second'), { capture: true });
	expect(areListenersThere()).toBe(true);

	page.openDocument();
	page.fire('click');
	expect(calls).toEqual([]);
	expect(areListenersThere()).toBe(false);

	listenAgain();
	listenAgain();
	expect(areListenersThere()).toBe(true);
	page.fire('click');
	expect(calls).toEqual(['first', 'second']);
});

test('whatever the content script hears from window or document, it hears by what sets listeners again', () => {
	const folder = join(import.meta.dirname, '../../src/content');
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
	const direct = files.flatMap((file) =>
		readFileSync(join(folder, file), 'utf8')
			.split('\n')
			.filter((line) => /(?<![.\w])addEventListener\(|\b(?:window|document|globalThis|self)\.(?:addEventListener\(|on[a-z]+ =)/.test(line))
			.map((line) => `${file}: ${line.trim()}`),
	);
	expect(direct.sort()).toEqual(
		[
			// what it hears by these goes with the frame, which is made anew
			'page/window-listeners.ts: addEventListener(type, listener as EventListener, options);',
			'page/window-listeners.ts: for (const entry of listeners) addEventListener(...entry);',
			// once, as the page's first script has not run yet
			'tap-link.ts: addEventListener(',
		].sort(),
	);
});
