import * as v from 'valibot';
import { expect, test } from 'vitest';
import { fromContent, fromPage, requestRulesOf, schemaOf } from '../../../src/background/router/rules.ts';
import { composerSchema, requestRules } from '../../../src/background/router/schemas.ts';
import type { ComposerRequest } from '../../../src/messages/composer.ts';

// Each `@ts-expect-error` is a test of the compiler's: what stands below it must not compile, or `tsc` fails.

interface Body {
	name: string;
	again?: boolean;
}

test('a schema that is not of its type does not compile', () => {
	const again = v.boolean();
	const name = v.string();
	const exact = schemaOf<Body>()(v.strictObject({ name, again: v.exactOptional(again) }));
	expect(v.is(exact, { name: '', again: true })).toBe(true);
	// @ts-expect-error a property is missing
	schemaOf<Body>()(v.strictObject({ name }));
	// @ts-expect-error a property is of another type
	schemaOf<Body>()(v.strictObject({ name: v.number(), again: v.exactOptional(again) }));
	// @ts-expect-error a property may not be left out
	schemaOf<Body>()(v.strictObject({ name, again }));
	// @ts-expect-error a property may be undefined, where the type has it left out
	schemaOf<Body>()(v.strictObject({ name, again: v.optional(again) }));
	// @ts-expect-error there is a property too many
	schemaOf<Body>()(v.strictObject({ name, again: v.exactOptional(again), more: v.exactOptional(name) }));
	// @ts-expect-error fewer values are let through than the type has
	schemaOf<Body>()(v.strictObject({ name: v.picklist(['a', 'b']), again: v.exactOptional(again) }));
	// @ts-expect-error what comes out is not what came in
	schemaOf<Body>()(v.strictObject({ name: v.pipe(name, v.transform(Number)), again: v.exactOptional(again) }));
	// @ts-expect-error one kind of message has no schema
	schemaOf<ComposerRequest>()(v.variant('kind', [v.strictObject({ kind: v.literal('alive') })]));
});

test('a rule that does not fit its request does not compile', () => {
	const { 'vault.unlock': unlock, 'content.switch': turn, ...others } = requestRules;
	expect(requestRulesOf({ ...others, 'vault.unlock': unlock, 'content.switch': turn })).toEqual(requestRules);
	// @ts-expect-error a request has no rule
	requestRulesOf({ ...others, 'vault.unlock': unlock });
	// @ts-expect-error a page of the extension may not send what comes from content scripts
	requestRulesOf({ ...others, 'vault.unlock': unlock, 'content.switch': fromPage(turn.schema) });
	// @ts-expect-error a content script may not unlock
	requestRulesOf({ ...others, 'vault.unlock': fromContent(unlock.schema), 'content.switch': turn });
	// @ts-expect-error the schema is another one's
	requestRulesOf({ ...others, 'vault.unlock': fromPage(requestRules['settings.set'].schema), 'content.switch': turn });
	// @ts-expect-error there is no such request
	requestRulesOf({ ...requestRules, 'vault.open': unlock });
});

test('every name says who may ask', () => {
	for (const [name, { asker }] of Object.entries(requestRules)) expect(asker, name).toBe(name.startsWith('content.') ? 'content' : 'page');
});

test('a request with a property too many, or one that is undefined, is no request', () => {
	const { schema } = requestRules['popup.state'];
	expect(v.is(schema, { tab: 1, quiet: true })).toBe(true);
	expect(v.is(schema, { tab: 1, quiet: undefined })).toBe(false);
	expect(v.is(schema, { tab: 1, more: true })).toBe(false);
	expect(v.is(composerSchema, { kind: 'mode', mode: 'keyless', label: '' })).toBe(true);
	expect(v.is(composerSchema, { kind: 'mode', mode: 'loud', label: '' })).toBe(false);
});
