import type * as v from 'valibot';
import type { ContentRequests } from '../../messages/content.ts';
import type { RequestName, Requests } from '../../messages/messages.ts';

/** Who may ask: the content script in the top frame of a web page, or a page of the extension. */
export type Asker = 'content' | 'page';
/** Who asks by the type of the request, with which its rule has to agree. */
export type AskerOf<N extends RequestName> = N extends keyof ContentRequests ? 'content' : 'page';

/** Who may send a request, and what its body has to be. */
export interface RequestRule<A extends Asker = Asker, S extends v.GenericSchema = v.GenericSchema> {
	asker: A;
	schema: S;
}

/** The rule of a request that content scripts may send. `schema`: of its body. */
export const fromContent = <S extends v.GenericSchema>(schema: S): RequestRule<'content', S> => ({ asker: 'content', schema });
/** The rule of a request that pages of the extension may send. `schema`: of its body. */
export const fromPage = <S extends v.GenericSchema>(schema: S): RequestRule<'page', S> => ({ asker: 'page', schema });

/** The same type, without the intersections that schemas are inferred as. */
type Plain<T> = T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
/** One and the same type: every property, and whether it may be left out. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Of what goes into a schema and of what comes out: is it the type? */
type IsOfType<S extends v.GenericSchema, T> = [Same<Plain<v.InferInput<S>>, Plain<T>>, Same<Plain<v.InferOutput<S>>, Plain<T>>];
/** `unknown` for a schema that takes exactly what the type says, neither more nor less; else a type that no schema has. */
export type Exactly<S extends v.GenericSchema, T> = IsOfType<S, T> extends [true, true] ? unknown : { schemaIsNotOfThisType: T };

type RulesOfTypes<R> = {
	[N in keyof R]: N extends RequestName
		? R[N] extends RequestRule<AskerOf<N>, infer S>
			? { schema: Exactly<S, Requests[N]['in']> }
			: { asker: AskerOf<N> }
		: never;
};

/** The rules as they are, one for every request. A schema that does not fit the type of its request does not compile. */
export const requestRulesOf = <R extends Record<RequestName, RequestRule>>(rules: R & RulesOfTypes<R>): R => rules;

/** A schema as it is. One that does not fit the type does not compile. */
export const schemaOf =
	<T>() =>
	<S extends v.GenericSchema>(schema: S & Exactly<S, T>): S =>
		schema;
