import { deviceAnswers } from './devices.ts';
import { keyAnswers } from './keys.ts';

/** What people ask by hand and seldom, of keys, backups and devices: more code than all that answers the chats, and loaded when it is first asked for. */
export const lazyAnswers = { ...keyAnswers, ...deviceAnswers };
