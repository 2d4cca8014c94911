import { deviceAnswers } from './devices.ts';
import { keyAnswers } from './keys.ts';

/**
 * Requests about keys, backups and devices: people make them seldom, and they need more code than all others. So it is loaded at the first
 * one.
 */
export const rareAnswers = { ...keyAnswers, ...deviceAnswers };
