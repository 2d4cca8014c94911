import webPush from 'web-push';
import type { Target } from './token.ts';

/** Bytes of what a push says, whatever the operator's words are: the length tells nothing. */
export const pushLength = 256;
const lifetimeSeconds = 86_400;

/** The operator's keys for Web Push (RFC 8292). */
export interface Vapid {
	subject: string;
	publicKey: string;
	privateKey: string;
}

/** What pushes have in common. */
export interface PushWords {
	words: string;
	vapid?: Vapid | undefined;
}

/** One request as it leaves. */
export interface PushRequest {
	url: URL;
	headers: Record<string, string>;
	body: Buffer;
}

function padToLength(text: string): Buffer {
	const bytes = Buffer.alloc(pushLength, ' ');
	const length = Buffer.byteLength(text);
	if (length > pushLength) throw new RangeError(`a push of ${length} bytes`);
	bytes.write(text);
	return bytes;
}

/**
 * A push: the same words and the same length each time, and no word of the room, of who wrote or of how many did. `isSilent` follows from what
 * is subscribed, never from what was written.
 */
export function makePush(target: Target, { words, vapid }: PushWords, isSilent: boolean): PushRequest {
	if (target.kind === 'ntfy')
		return {
			url: target.url,
			headers: { 'Content-Type': 'text/plain; charset=utf-8', Priority: isSilent ? '1' : '3' },
			body: padToLength(words),
		};
	const message = padToLength(JSON.stringify({ message: words }));
	if (target.kind === 'hook') return { url: target.url, headers: { 'Content-Type': 'application/json' }, body: message };
	const { headers, body } = webPush.generateRequestDetails({ endpoint: target.url.href, keys: target.keys }, message, {
		TTL: lifetimeSeconds,
		urgency: isSilent ? 'low' : 'normal',
		...(vapid && { vapidDetails: vapid }),
	});
	return { url: target.url, headers: headers as Record<string, string>, body: body as Buffer };
}
