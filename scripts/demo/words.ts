import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../../public/_locales/en/messages.json');
const words = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { message: string }>;

/** What Bauta says in English for this key. */
export const word = (key: string): string => words[key]?.message ?? '';
