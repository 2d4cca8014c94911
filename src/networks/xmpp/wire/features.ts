import { names } from './namespaces.ts';
import { attribute, childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

/** Whether a server lets people in without an account (SASL ANONYMOUS, RFC 4505), by its stream's features (RFC 6120 §4.3). */
export function offersAnonymous(features: XmlElement): boolean {
	const mechanisms = childOf(features, 'mechanisms', names.sasl);
	return mechanisms !== undefined && childrenOf(mechanisms, 'mechanism', names.sasl).some((one) => textOf(one)?.trim() === 'ANONYMOUS');
}

/** Whether an answer to disco#info (XEP-0030) names a feature. */
export function hasFeature(answer: XmlElement, feature: string): boolean {
	const query = childOf(answer, 'query', names.info);
	return query !== undefined && childrenOf(query, 'feature', names.info).some((one) => attribute(one, 'var') === feature);
}
