/** The link that a notifier prints, and shows as a QR code: its address, then `#` and the secret, 32 bytes in base64url (docs/notifier.md). */
export function notifierLink(text: string): { address: string; secret: string } | null {
	const [, address, secret] = /^(https?:\/\/[^\s#]+)#([\w-]{43})$/.exec(text.trim()) ?? [];
	return address && secret ? { address, secret } : null;
}
