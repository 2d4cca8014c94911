import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PanelState } from '../../src/content/panel/state.ts';

/** what was set on elements of the panel: each of it has the browser work out its look again */
const writes: string[] = [];

/** An element that notes what is set on it. */
function notingElement(name: string): unknown {
	const values: Record<string | symbol, unknown> = {
		setAttribute: () => writes.push(`${name} attribute`),
		removeAttribute: () => writes.push(`${name} attribute`),
		classList: { toggle: () => writes.push(`${name} class`) },
		style: { setProperty: () => {} },
		getBoundingClientRect: () => ({ left: 0, width: 0, top: 0, bottom: 0 }),
		isConnected: true,
		togglePopover: () => writes.push(`${name} popover`),
		append: () => {},
		addEventListener: () => {},
		adoptedStyleSheets: [],
	};
	return new Proxy(values, {
		set(target, key, value) {
			writes.push(`${name} ${String(key)}`);
			target[key] = value;
			return true;
		},
	});
}

vi.mock('../../src/content/page/shadow-hosts.ts', () => ({
	panelTag: 'x-panel',
	styleSheet: () => ({ replaceSync: () => {} }),
	closedHost: () => ({ host: notingElement('host'), root: notingElement('root') }),
	element: (tag: string, attributes: Record<string, string> = {}) => {
		const made = notingElement(attributes.class ?? tag) as { hidden?: boolean };
		if ('hidden' in attributes) made.hidden = true;
		return made;
	},
}));
vi.mock('../../src/content/page/words.ts', () => ({ word: (key: string) => key, direction: 'ltr' }));
vi.mock('../../src/content/panel/menu.ts', () => ({
	panelMenu: () => ({ button: notingElement('more'), popover: notingElement('menu'), show: () => writes.push('menu') }),
}));

beforeEach(() => void writes.splice(0));
afterEach(() => vi.resetModules());

const state = (more: Partial<PanelState>): PanelState => ({ phase: 'off', reason: '', warning: '', areaWords: '', hidden: false, ...more });

test('a panel that shows what it showed before leaves its elements as they are: it is shown with each change of the page', async () => {
	const { makePanel } = await import('../../src/content/panel/panel.ts');
	const panel = makePanel({ press() {}, enter: () => false, writeBeside() {}, hide() {} });
	panel.show(state({}));
	expect(writes).not.toEqual([]);
	writes.splice(0);
	panel.show(state({}));
	expect(writes).toEqual([]);
	panel.show(state({ hidden: true }));
	expect(writes).toContain('menu');
});

test('a note over the page goes along with its panel, whatever moves that', async () => {
	const { makePanel } = await import('../../src/content/panel/panel.ts');
	const panel = makePanel({ press() {}, enter: () => false, writeBeside() {}, hide() {} });
	panel.show(state({ warning: 'something happened' }));
	writes.splice(0);
	panel.show(state({ warning: 'something happened' }));
	expect(writes).toContain('note popover');
});
