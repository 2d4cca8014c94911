import type { ErrorCode } from '../../../messages/errors.ts';
import { forbidsAnonymous } from '../../forbids-anonymous.ts';
import type { Access, OpenAccess } from '../../network.ts';
import { plainLine } from '../../plain-line.ts';
import { names } from './namespaces.ts';
import { infoRefusals, isError, refusal } from './refusals.ts';
import { attribute, childOf, childrenOf, elementsOf, textOf, type XmlElement } from './xml.ts';

/** A look that found no way in. */
export type ClosedAccess = Exclude<Access, OpenAccess>;

/** No way in, and why. */
export const closedFor = (reason: ErrorCode, detail = ''): ClosedAccess => ({ open: false, reason, detail });

/** Features of a room that close it (XEP-0045 §15.3), in the order in which a person would want to hear of them. */
const closing: [string, ErrorCode][] = [
	['muc_membersonly', 'room-members-only'],
	['muc_passwordprotected', 'room-password'],
];

function formValue(query: XmlElement, name: string): string {
	const form = childOf(query, 'x', names.form);
	const field = form && childrenOf(form, 'field', names.form).find((one) => attribute(one, 'var') === name);
	const value = field && childOf(field, 'value', names.form);
	return value ? (textOf(value) ?? '') : '';
}

/** Why disco#info says that a room is closed; null where it does not. */
export function judgeInfo(answer: XmlElement, topic: string): ClosedAccess | null {
	if (isError(answer)) {
		const { code, detail } = refusal(answer, infoRefusals);
		return closedFor(code, detail);
	}
	const query = childOf(answer, 'query', names.info);
	const identities = query ? elementsOf(query).filter(({ name }) => name === 'identity') : [];
	if (!query || !identities.some((one) => attribute(one, 'category') === 'conference')) return closedFor('room-private');
	const features = new Set(childrenOf(query, 'feature', names.info).map((feature) => attribute(feature, 'var')));
	for (const [feature, reason] of closing) if (features.has(feature)) return closedFor(reason);
	const told = [topic, ...['muc#roominfo_description', 'muc#roominfo_subject'].map((name) => formValue(query, name))];
	return told.some(forbidsAnonymous) ? closedFor('room-no-anonymous') : null;
}

/** So many code points of a room's name are taken. */
const longestName = 60;

/** What the room calls itself, by disco#info; '' where that is the first part of its address, or nothing. */
export function nameIn(answer: XmlElement, room: string): string {
	const query = childOf(answer, 'query', names.info);
	const identity = query && elementsOf(query).find((one) => one.name === 'identity' && attribute(one, 'category') === 'conference');
	const name = plainLine((identity && attribute(identity, 'name')) || '', longestName);
	return name.toLowerCase() === room.slice(0, room.indexOf('@')).toLowerCase() ? '' : name;
}
