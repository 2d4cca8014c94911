import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../src/composer/connection.ts', () => ({
	connectComposer: () => ({ send: (act: object) => void acts.push(act), wake: () => {} }),
}));

let acts: object[] = [];
const listeners = new Map<string, (event: object) => void>();
const fire = (type: string, event: object = {}) => listeners.get(type)?.({ isTrusted: true, ...event });
const press = () => fire('keydown', { key: 'a', preventDefault() {}, stopImmediatePropagation() {} });
let catches = 0;

beforeEach(async () => {
	vi.resetModules();
	vi.useFakeTimers();
	listeners.clear();
	catches = 0;
	acts = [];
	vi.stubGlobal('window', { top: {}, focus: () => void catches++ });
	vi.stubGlobal('location', { hash: '#ticket', pathname: '/composer.html' });
	vi.stubGlobal('history', { replaceState: () => {} });
	vi.stubGlobal('document', { hasFocus: () => false });
	vi.stubGlobal('addEventListener', (type: string, listener: (event: object) => void) => listeners.set(type, listener));
	const { watchFocus } = await import('../../src/composer/focus.ts');
	listeners.clear();
	watchFocus();
});

test.each([10, 200, 500])('what takes the focus a second time, %i ms after the first, has it taken back as well', (pause) => {
	press();
	vi.advanceTimersByTime(10);
	fire('blur');
	expect(catches).toBe(1);
	vi.advanceTimersByTime(pause);
	fire('blur');
	expect(catches).toBe(2);
});

test('who writes on after the theft is protected from the next one too', () => {
	press();
	fire('blur');
	vi.advanceTimersByTime(2000);
	press();
	vi.advanceTimersByTime(100);
	fire('blur');
	expect(catches).toBe(2);
});

test('who goes to the page with the mouse after a theft has the focus there', () => {
	press();
	fire('blur');
	vi.advanceTimersByTime(700);
	fire('blur');
	expect(catches).toBe(1);
});

test('the page is told whether the composer has the focus back: what comes late takes nothing from who has clicked in it by then', () => {
	press();
	fire('blur');
	fire('focus');
	vi.advanceTimersByTime(1);
	expect(acts.at(-1)).toEqual({ kind: 'blur', by: 'caught' });
	press();
	fire('blur');
	vi.advanceTimersByTime(1);
	expect(acts.at(-1)).toEqual({ kind: 'blur', by: 'page' });
});

const tab = () => fire('keydown', { key: 'Tab', preventDefault() {}, stopImmediatePropagation() {} });

test('the Tab key takes the focus to the page, also where the browser is slow to move it', () => {
	tab();
	vi.advanceTimersByTime(1500);
	fire('blur');
	expect(acts.at(-1)).toEqual({ kind: 'blur', by: 'user' });
	expect(catches).toBe(0);
});

test.each([
	['went on to something in the composer', () => fire('focusin')],
	['was followed by a letter', press],
])('a page that takes the focus after a Tab key that %s has stolen it', (_, act) => {
	tab();
	act();
	fire('blur');
	vi.advanceTimersByTime(1);
	expect(acts.at(-1)).toEqual({ kind: 'blur', by: 'page' });
	expect(catches).toBe(1);
});
