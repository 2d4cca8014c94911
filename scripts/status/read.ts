import { ProtocolError } from '../../src/protocol/error.ts';
import { bytesOf, decodeFields, encodeField } from '../../src/protocol/protobuf.ts';
import { recogniseStatus, type StatusVerdict } from '../../src/protocol/status/solutions.ts';
import { decodeChatMessage, decodeWrapper, statusAuthor, statusMessageId } from '../../src/protocol/status/status.ts';
import { chatKeyText } from '../../src/protocol/status/status-key.ts';
import type { Device } from './account.ts';

/** Bytes that a Waku node takes by default, which is more than a text of Status ever has. */
export const mostBytes = 150 * 1024;
/** ProtocolMessage: where a message of a public chat stands in it. Its other fields would name the device. */
const publicMessageField = 102;
/** the fields of a ChatMessage that an anonymous one can have */
const ownFields = [1, 2, 3, 4, 6, 7, 8, 20, 2035];

/** A message that a device has read. */
export interface ReadMessage {
	text: string;
	/** the author's key as Status shows it, or null where nobody has it */
	author: string | null;
	id: string;
	/** null: an ordinary message, under its author's name */
	verdict: StatusVerdict | null;
	/** the numbers of fields that an anonymous message does not have */
	otherFields: number[];
}

/** What is put on the transport: ProtocolMessage with the wrapper, and nothing that names a device. */
export const protocolMessage = (wrapper: Uint8Array): Uint8Array => encodeField(publicMessageField, wrapper);

/** Reads a decrypted payload. `time`: messageTime, unix seconds. Gives a sentence where it is no message, and never throws on hostile bytes. */
export function readPayload(payload: Uint8Array, device: Device, time: number): ReadMessage | string {
	if (payload.length > mostBytes) return `not read: ${payload.length} bytes, more than the ${mostBytes} that Waku passes on`;
	try {
		const wrapper = bytesOf(decodeFields(payload), publicMessageField);
		if (!wrapper) return 'not read: no message of a public chat is in it';
		return readWrapper(wrapper, device, time);
	} catch (refused) {
		if (refused instanceof ProtocolError) return `not read: not a message of Status, or cut off (${refused.message})`;
		throw refused;
	}
}

function readWrapper(wrapper: Uint8Array, device: Device, time: number): ReadMessage | string {
	const { signature, payload, type } = decodeWrapper(wrapper);
	if (type !== 1) return `not read: of type ${type}, which is no chat message`;
	const { text } = decodeChatMessage(payload);
	const author = statusAuthor({ signature, payload, type });
	const verdict = recogniseStatus(wrapper, time, device.held, device);
	const numbers = new Set(decodeFields(payload).map(({ number }) => number));
	return {
		text,
		author: verdict?.verdict === 'keyless' ? null : chatKeyText(author),
		id: statusMessageId(author, wrapper),
		verdict,
		otherFields: [...numbers].filter((number) => !ownFields.includes(number)),
	};
}

/** Whose it is, in a word: `mine`, `anonymous`, or the author's key. */
export function whose({ verdict, author }: ReadMessage): string {
	if (verdict?.verdict === 'mine') return 'mine';
	return verdict ? 'anonymous' : (author ?? 'anonymous');
}
