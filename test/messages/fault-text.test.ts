import { readFileSync } from 'node:fs';
import type { VNode } from 'preact';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import { type ErrorCode, errorCodes } from '../../src/messages/errors.ts';
import type { Fault } from '../../src/messages/rooms.ts';

// The words of a fault on the three surfaces, each asked as it asks for itself; the browser's part is played by the locale's file.
type Locale = Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;
const locale: Locale = JSON.parse(readFileSync(new URL('../../public/_locales/en/messages.json', import.meta.url), 'utf8'));
let isUpdated = false;
function getMessage(key: string, detail: string | string[] = ''): string {
	if (isUpdated) throw new Error('Extension context invalidated.');
	const { message = '', placeholders = {} } = locale[key] ?? {};
	return message.replace(/\$(\w+)\$/g, (_, name: string) => (placeholders[name.toLowerCase()] ? String(detail) : ''));
}
vi.mock('../../src/platform/api/browser.ts', () => ({
	browser: { i18n: { getMessage }, runtime: { sendMessage: async () => undefined } },
}));
vi.mock('../../src/composer/connection.ts', () => ({ connectComposer: () => ({ send: () => {}, wake: () => {} }) }));

const fault = (code: ErrorCode): Fault => ({ code, detail: 'https://chat.test' });
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
let surfaces: Record<'page' | 'composer' | 'popup', (fault: Fault) => string>;

beforeAll(async () => {
	vi.stubGlobal('location', { hash: '', pathname: '' });
	vi.stubGlobal('history', { replaceState: () => {} });
	vi.stubGlobal('addEventListener', () => {});
	const { panelState } = await import('../../src/content/panel/state.ts');
	const store = await import('../../src/composer/store.ts');
	const { obstacleText } = await import('../../src/composer/status.tsx');
	const { Problem } = await import('../../src/popup/ui/controls.tsx');
	surfaces = {
		page(fault) {
			const state = { room, on: false, beside: false, fault, hidden: false, caught: null } as const;
			return panelState({ state, isDead: false, isClosed: false, isTurning: false, hidden: false }, false, '').reason;
		},
		composer(fault) {
			store.over.value = fault;
			return obstacleText();
		},
		popup: (fault) => (Problem({ fault }) as VNode<{ children: string }>).props.children,
	};
});

describe.each(errorCodes)('%s', (code) => {
	it('is told in the same words by page, composer and popup', () => {
		const words = getMessage(`error_${code.replaceAll('-', '_')}`, fault(code).detail);
		expect(words).not.toBe('');
		expect(surfaces.page(fault(code))).toBe(words);
		// a composer whose ticket is used up has a line of its own: the switch opens another
		if (code !== 'ticket-used') expect(surfaces.composer(fault(code))).toBe(words);
		expect(surfaces.popup(fault(code))).toBe(words);
	});
});

test('a server that asks for a password is named as such, not as one that wants an account', () => {
	for (const surface of Object.values(surfaces)) {
		expect(surface(fault('auth-required'))).toMatch(/^https:\/\/chat\.test asks for a password/);
		expect(surface(fault('auth-required'))).not.toContain('account');
	}
});

test('a code that this build does not know is a fault inside Bauta, and one code has one text', () => {
	expect(surfaces.popup(fault('of-tomorrow' as ErrorCode))).toBe(getMessage('error_internal'));
	expect(Object.keys(locale).filter((key) => key.startsWith('access_'))).toEqual([]);
});

test('after an update of Bauta the page has words still', () => {
	isUpdated = true;
	expect(surfaces.page(fault('room-banned'))).toBe(locale.error_internal?.message);
	isUpdated = false;
});
