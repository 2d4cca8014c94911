import { BautaError } from '../../messages/errors.ts';
import type { DeliveryKind } from '../../messages/notifier.ts';

const longest = 300;
const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/** Over https; without encryption on this device alone. null: something else. */
function secureUrl(text: string): URL | null {
	if (text.length > longest || !URL.canParse(text)) return null;
	const url = new URL(text);
	return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)) ? url : null;
}

/** The address of a notifier, without a slash at the end. Throws `notifier-address`. */
export function readAddress(written: string): string {
	const url = secureUrl(written.trim());
	// what follows `?` or `#`, or a name in it, would be a second secret that nobody is told of
	if (!url || url.username || url.password || url.search || url.hash) throw new BautaError('notifier-address');
	return url.href.replace(/\/+$/, '');
}

/** The secret that the notifier gave out: 32 bytes in base64url (docs/notifier.md). Throws `notifier-secret-form`. */
export function readSecret(written: string): string {
	const secret = written.trim();
	if (!/^[\w-]{43}$/.test(secret)) throw new BautaError('notifier-secret-form');
	return secret;
}

/**
 * Where the phone is reached. Whether the notifier may deliver there, it says itself. An address on this device can be right: the notifier may run
 * here as well. Throws `notifier-target`.
 */
export function readTarget(kind: DeliveryKind, written: string): string {
	const url = secureUrl(written.trim());
	const isTopic = kind !== 'ntfy' || /^\/[^/]+(\/[^/]+)*$/.test(url?.pathname ?? '');
	if (!url || url.username || url.password || url.hash || !isTopic) throw new BautaError('notifier-target');
	return url.href;
}

/** The same as the notifier takes it, in `DeliveryMechanism.custom_token`. */
export const tokenOf = (kind: DeliveryKind, target: string): string => (kind === 'ntfy' ? `ntfy:${target}` : target);
