// Adds or changes strings in public/_locales: reads {"key": {"en": "…", "ar": "…", "note": "…"}} from standard input.
import { readFileSync, writeFileSync } from 'node:fs';

const added = JSON.parse(readFileSync(0, 'utf8'));
for (const locale of ['en', 'ar']) {
	const file = new URL(`../public/_locales/${locale}/messages.json`, import.meta.url);
	let all = {};
	try {
		all = JSON.parse(readFileSync(file, 'utf8'));
	} catch {}
	for (const [key, value] of Object.entries(added)) {
		if (value === null) {
			delete all[key];
			continue;
		}
		if (!value.en || !value.ar) throw new Error(`${key}: both "en" and "ar" are needed`);
		const placeholders = value.placeholders ? { placeholders: value.placeholders } : {};
		all[key] =
			locale === 'en' && value.note
				? { message: value.en, description: value.note, ...placeholders }
				: { message: value[locale], ...placeholders };
	}
	writeFileSync(file, `${JSON.stringify(Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))), null, '\t')}\n`);
}
