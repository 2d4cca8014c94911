import type { Person, Scene, Verdict } from './scene.ts';

/** Somewhere functions can be run: a page or a frame of either browser. They are handed over by their source. */
export interface PageOrFrame {
	evaluate<A, R>(body: (value: A) => R | Promise<R>, value: A): Promise<R>;
}

/** The private composer in a window. */
export interface Composer extends PageOrFrame {
	/** types as a person does, key by key */
	type(text: string): Promise<void>;
	enter(): Promise<void>;
}

/** One person's browser with the web chat in it: what the demo does and reads there, whichever browser it is. */
export interface Window extends PageOrFrame {
	front(): Promise<void>;
	/** presses the Anonymous switch once it can be pressed, and waits for the composer */
	turnOn(): Promise<Composer>;
	/** what stands in place of the author of the message with this text, and what the sign in it says; `null` when nothing came within 15 s */
	labelOn(text: string): Promise<{ verdict: Verdict; label: string }>;
	/** writes what is on screen as PNG */
	picture(path: string): Promise<void>;
	close(): Promise<void>;
}

/** One kind of browser. */
export interface Player {
	browser: 'chromium' | 'firefox';
	/** opens the web chat for a person in a browser of its own. `phrase`: the identity in Bauta; null = a browser without Bauta */
	open(scene: Scene, person: Person, phrase: string | null): Promise<Window>;
	/** opens two windows for a person to play with, and resolves when one of them is closed, or `interruption` resolves */
	interactive(scene: Scene, interruption: Promise<void>, say: (line: string) => void): Promise<void>;
}
