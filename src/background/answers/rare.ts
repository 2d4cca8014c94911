import { deviceAnswers } from './devices.ts';
import { keyAnswers } from './keys.ts';
import { notifierAnswers } from './notifier.ts';
import { proofAnswers } from './proofs.ts';

/**
 * Requests about keys, backups, devices, proofs and the user's notifier: people make them seldom, and they need more code than all others. So it is loaded at the
 * first one.
 */
export const rareAnswers = { ...keyAnswers, ...deviceAnswers, ...proofAnswers, ...notifierAnswers };
