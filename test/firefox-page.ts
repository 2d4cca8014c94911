import { writeFile } from 'node:fs/promises';
import type { Bidi } from './bidi.ts';
import { patience, pauseAfter, until } from './until.ts';

/** What can be handed to a page and back. */
export type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** One tab, or one frame in it. Functions are run by their source, in the page's own world: they see nothing of the test's scope. */
export class FirefoxPage {
	readonly #bidi: Bidi;
	readonly context: string;

	constructor(bidi: Bidi, context: string) {
		this.#bidi = bidi;
		this.context = context;
	}

	/** Opens an address. Extension pages never tell that they are loaded, so for them it waits until the document is there. */
	async goto(url: string): Promise<void> {
		const extension = url.startsWith('moz-extension:');
		await this.#bidi.send('browsingContext.navigate', { context: this.context, url, wait: extension ? 'none' : 'complete' });
		if (extension) await this.until((wanted: string) => location.href.startsWith(wanted) && document.readyState === 'complete', url);
	}

	/** Calls a function in the page and returns what it gives, as JSON. Throws what it throws. */
	evaluate<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>> {
		return this.#bidi.call({ context: this.context }, String(body), values) as Promise<Awaited<R>>;
	}

	/** The same, without the page taking it for an act of its user. */
	look<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>> {
		return this.#bidi.call({ context: this.context }, String(body), values, false) as Promise<Awaited<R>>;
	}

	/** Runs a script by its text, and returns the value of the expression after it. No policy of the page forbids it. */
	run<R>(script: string, expression: string): Promise<R> {
		return this.#bidi.call({ context: this.context }, `() => {${script}\n;return ${expression}}`, []) as Promise<R>;
	}

	/** Calls until the answer is truthy, and returns it. Throws in the end with the last answer or fault. */
	async until<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>> {
		const end = performance.now() + patience;
		for (let last: unknown; ; ) {
			const began = performance.now();
			try {
				const answer = await this.evaluate(body, ...values);
				if (answer) return answer;
				last = answer;
			} catch (fault) {
				last = fault;
			}
			if (performance.now() > end)
				throw new Error(`waited in vain for ${body}: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
			await pauseAfter(began);
		}
	}

	/** A real click in the middle of the element, once it is there. */
	async click(selector: string): Promise<void> {
		await this.#pointAt({ type: 'element', element: { sharedId: await this.#locate(selector) } }, 0, 0);
	}

	/** A real click so many px from the element's top left corner, for what stands in a closed root. */
	async press(selector: string, right: number, down: number): Promise<void> {
		const [x, y] = await this.evaluate((wanted: string) => {
			const box = document.querySelector(wanted)?.getBoundingClientRect();
			return [box?.x ?? 0, box?.y ?? 0] as [number, number];
		}, selector);
		await this.#pointAt('viewport', Math.round(x + right), Math.round(y + down));
	}

	/** Moves the mouse to this point of the window's inside, in CSS px. */
	async moveTo(x: number, y: number): Promise<void> {
		const actions = [{ type: 'pointerMove', x: Math.round(x), y: Math.round(y), origin: 'viewport' }];
		await this.#perform({ type: 'pointer', id: 'mouse', actions });
	}

	/** Turns the mouse's wheel at this point of the window's inside, by so many px downwards. */
	async turnWheel(x: number, y: number, way: number): Promise<void> {
		const at = { x: Math.round(x), y: Math.round(y), origin: 'viewport' };
		await this.#perform({ type: 'wheel', id: 'wheel', actions: [{ type: 'scroll', ...at, deltaX: 0, deltaY: way }] });
	}

	/** A real click at this point of the window's inside, in CSS px. */
	async clickAt(x: number, y: number): Promise<void> {
		await this.#pointAt('viewport', Math.round(x), Math.round(y));
	}

	/**
	 * Calls a function with every closed shadow root of the page, those within others included, and returns what it gave, in no order.
	 * It runs in a world of its own on the same DOM: the page is not asked and does not notice.
	 */
	pierce<A extends Json[], R>(body: (root: ShadowRoot, ...values: A) => R, ...values: A): Promise<R[]> {
		return this.#bidi.pierce(this.context, String(body), values) as Promise<R[]>;
	}

	/** Gives the page this much room, CSS px, whatever the window has. */
	async resize(width: number, height: number): Promise<void> {
		await this.#bidi.send('browsingContext.setViewport', { context: this.context, viewport: { width, height } });
	}

	/** Brings the tab to the front of its window. */
	async activate(): Promise<void> {
		await this.#bidi.send('browsingContext.activate', { context: this.context });
	}

	/** Real keys to whatever has the focus. Special keys by their WebDriver code points, e.g. `\uE007` for Enter. */
	async type(text: string): Promise<void> {
		const actions = [...text].flatMap((value) => [
			{ type: 'keyDown', value },
			{ type: 'keyUp', value },
		]);
		await this.#perform({ type: 'key', id: 'keys', actions });
	}

	/** Presses a key while others are held, e.g. `chord('\uE009', 'a')` for Ctrl+A. */
	async chord(...keys: string[]): Promise<void> {
		const down = keys.map((value) => ({ type: 'keyDown', value }));
		const up = [...keys].reverse().map((value) => ({ type: 'keyUp', value }));
		await this.#perform({ type: 'key', id: 'keys', actions: [...down, ...up] });
	}

	/** The frame below this one whose address begins so, once it is there; extension frames in closed shadow roots too. */
	async frame(address: string): Promise<FirefoxPage> {
		const context = await until(async () => {
			const contexts = await this.#bidi.contexts(this.context);
			return contexts.find((frame) => frame.context !== this.context && frame.url.startsWith(address))?.context;
		}, `a frame ${address}`);
		return new FirefoxPage(this.#bidi, context);
	}

	/** Writes what is on screen as PNG. */
	async screenshot(path: string): Promise<void> {
		const { data } = (await this.#bidi.send('browsingContext.captureScreenshot', { context: this.context })) as { data: string };
		await writeFile(path, Buffer.from(data, 'base64'));
	}

	async reload(): Promise<void> {
		await this.#bidi.send('browsingContext.reload', { context: this.context, wait: 'complete' });
	}

	async close(): Promise<void> {
		await this.#bidi.send('browsingContext.close', { context: this.context });
	}

	async #locate(selector: string): Promise<string> {
		const locator = { type: 'css', value: selector };
		return until(async () => {
			const { nodes } = (await this.#bidi.send('browsingContext.locateNodes', { context: this.context, locator })) as {
				nodes: { sharedId: string }[];
			};
			return nodes[0]?.sharedId;
		}, selector);
	}

	#pointAt(origin: object | string, x: number, y: number): Promise<unknown> {
		const actions = [
			{ type: 'pointerMove', x, y, origin },
			{ type: 'pointerDown', button: 0 },
			{ type: 'pointerUp', button: 0 },
		];
		return this.#perform({ type: 'pointer', id: 'mouse', actions });
	}

	#perform(source: object): Promise<unknown> {
		return this.#bidi.send('input.performActions', { context: this.context, actions: [source] });
	}
}
