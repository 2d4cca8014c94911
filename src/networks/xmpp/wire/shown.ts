import { bareJid } from '../../../protocol/room.ts';
import { isArchiveId } from './archive-id.ts';
import { resourceOf } from './jid.ts';
import { names } from './namespaces.ts';
import { attribute, childOf, childrenOf, elementsOf, textOf, type XmlElement } from './xml.ts';

/** A message of a room as the room shows it to whoever may read, with or without an envelope. */
export interface ShownMessage {
	/** the id that the room gave it (XEP-0359) */
	id: string;
	/** `room@host/nick` */
	from: string;
	body: string;
	anonymous: boolean;
}

/** Somebody took a message back (XEP-0424), or a moderator did (XEP-0425: it comes from the room itself). */
export interface Retraction {
	id: string;
	from: string;
}

/** The message that the archive handed on (XEP-0313 §4.2), with the id it has there; a stanza of the room's history or a live one as it is. */
function unwrap(stanza: XmlElement, room: string): { message: XmlElement; id: string } | null {
	const result = childOf(stanza, 'result', names.archive);
	if (!result) {
		const stanzaId = childrenOf(stanza, 'stanza-id', names.stanzaId).find((one) => attribute(one, 'by') === room);
		return { message: stanza, id: stanzaId ? attribute(stanzaId, 'id') : '' };
	}
	const forwarded = childOf(result, 'forwarded', names.forward);
	const message = forwarded && childOf(forwarded, 'message', names.client);
	return message && attribute(stanza, 'from') === room ? { message, id: attribute(result, 'id') } : null;
}

function retractedId(message: XmlElement): string {
	const retract = childOf(message, 'retract', names.retraction);
	if (retract) return attribute(retract, 'id');
	// XEP-0424 and XEP-0425 before 0.4 and 0.3, as many servers still speak them
	const fastened = childOf(message, 'apply-to', names.fastening);
	return fastened && elementsOf(fastened).some(({ name }) => name === 'retract' || name === 'moderated') ? attribute(fastened, 'id') : '';
}

/** What a stanza shows of a room's messages. Null: none of them. `room`: bare JID. */
export function readShown(stanza: XmlElement, room: string): { message: ShownMessage } | { retraction: Retraction } | null {
	const content = stanza.name === 'message' ? unwrap(stanza, room) : null;
	if (!content) return null;
	const { message, id } = content;
	const from = attribute(message, 'from');
	if (attribute(message, 'type') !== 'groupchat' || bareJid(from) !== room) return null;
	const retracted = retractedId(message);
	if (retracted !== '') return { retraction: { id: retracted, from } };
	const bodies = childrenOf(message, 'body', names.client);
	const body = bodies[0] && bodies.length === 1 ? (textOf(bodies[0]) ?? '') : '';
	// what the archive keeps in place of a message that was taken back is no message
	if (resourceOf(from) === '' || body === '' || !isArchiveId(id) || childOf(message, 'retracted', names.retraction)) return null;
	return { message: { id, from, body, anonymous: childOf(message, 'anonymous', names.bauta) !== undefined } };
}

/** Whether its author or the room took a message back. */
export const isRetracted = ({ id, from }: ShownMessage, retractions: readonly Retraction[]): boolean =>
	retractions.some((retraction) => retraction.id === id && (retraction.from === from || resourceOf(retraction.from) === ''));
