import type { Mode } from '../messages/rooms.ts';
import { browser } from '../platform/api/browser.ts';

/** A string of `_locales`, with its placeholders filled. */
export const text = (key: string, ...values: string[]): string => browser.i18n.getMessage(key, values);

/** The words decide the direction, so that the two always agree. */
export const rightToLeft = text('content_direction') === 'rtl';

const modeKeys = { 'one-time': 'one_time', persona: 'persona', 'no-trace': 'no_trace', keyless: 'keyless' } as const;
/** What a mode is called. */
export const modeName = (mode: Mode): string => text(`composer_mode_${modeKeys[mode]}`);
/** What a mode hides, and what it does not. */
export const modeMeaning = (mode: Mode): string => text(`composer_mode_${modeKeys[mode]}_meaning`);
