import type { BautaFile } from './bauta-format.ts';
import { checkKeys } from './bauta-keys.ts';
import { checkMessages } from './bauta-messages.ts';
import { checkReaders } from './bauta-readers.ts';
import { checkRoomsAndTexts } from './bauta-rooms.ts';
import type { Cases } from './cases.ts';

/** A file of the format bauta-1. */
export function checkBauta(file: BautaFile, cases: Cases): void {
	const roots = checkKeys(file, cases);
	checkRoomsAndTexts(file, cases);
	checkMessages(file, roots, cases);
	checkReaders(file, roots, cases);
}
