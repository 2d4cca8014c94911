import { ECDH } from 'node:crypto';
import * as v from 'valibot';
import { Fault, wrong } from '../connect/fault.ts';
import { isAddress, isLoopback, isPrivateAddress } from './private-address.ts';

/** Where a push goes, and in which form. */
export type Target =
	| { kind: 'ntfy'; url: URL }
	| { kind: 'hook'; url: URL }
	| { kind: 'webpush'; url: URL; keys: { p256dh: string; auth: string } };

/** What the operator allows. */
export interface DeliveryRules {
	/** hosts by name; `*.example.org`: all below it; `host:8443`: on that port and not on 443; `host:*`: on all */
	deliveryHosts: readonly string[];
	allowPrivate: boolean;
}

const longest = 2048;
const field = 'delivery_mechanism.custom_token';
const pushSubscription = v.object({
	endpoint: v.string(),
	keys: v.object({ p256dh: v.string(), auth: v.string() }),
});

/** A host of the list of those that pushes may go to, and its port: digits, `*` for any, '' for the usual one. */
export function parseListed(text: string): { name: string; port: string } {
	const [, name = '', port = ''] = /^(.*?)(?::(\d{1,5}|\*))?$/.exec(text) ?? [];
	return { name, port };
}

/** Whether a host and port are on a list. */
const isListed = ({ hostname, port }: URL, hosts: readonly string[]): boolean =>
	hosts.some((listed) => {
		const { name, port: allowedPort } = parseListed(listed);
		const isHost = name.startsWith('*.') ? hostname.endsWith(name.slice(1)) && hostname.length >= name.length : hostname === name;
		return isHost && (allowedPort === '*' || (port || '443') === (allowedPort || '443'));
	});

function addressIn(text: string, { deliveryHosts, allowPrivate }: DeliveryRules): URL {
	if (!URL.canParse(text)) throw wrong(field, 'is no address');
	const url = new URL(text);
	const { protocol, hostname, username, password } = url;
	if (username || password) throw wrong(field, 'must not have a name or password in it');
	if (protocol !== 'https:' && !(protocol === 'http:' && allowPrivate && isLoopback(hostname)))
		throw wrong(field, 'must begin with https://');
	if (!isListed(url, deliveryHosts))
		throw new Fault('permission_denied', `This notifier does not deliver to ${url.host}. Its operator can add that to deliveryHosts.`);
	if (!allowPrivate && (isLoopback(hostname) || (isAddress(hostname) && isPrivateAddress(hostname))))
		throw new Fault('permission_denied', `${hostname} is a private address. The notifier's operator can permit these by allowPrivate.`);
	url.hash = '';
	return url;
}

function isOnCurve(point: Uint8Array): boolean {
	try {
		ECDH.convertKey(point, 'prime256v1');
		return true;
	} catch {
		return false;
	}
}

function webPushTarget(text: string, rules: DeliveryRules): Target {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw wrong(field, 'webpush: must be followed by JSON');
	}
	if (!v.is(pushSubscription, json)) throw wrong(field, 'webpush: must be followed by {"endpoint", "keys": {"p256dh", "auth"}}');
	const { endpoint, keys } = json;
	const [point, auth] = [keys.p256dh, keys.auth].map((key) => Buffer.from(key, 'base64url'));
	if (point?.length !== 65 || point[0] !== 4)
		throw wrong(field, `keys.p256dh: expected an uncompressed point of 65 bytes, got ${point?.length}`);
	if (auth?.length !== 16) throw wrong(field, `keys.auth: expected 16 bytes, got ${auth?.length}`);
	const url = addressIn(endpoint, rules);
	if (!isOnCurve(point)) throw wrong(field, 'keys.p256dh: is no point of P-256');
	return { kind: 'webpush', url, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}

/** Reads where pushes are to go. Throws `invalid_argument`, or `permission_denied` where the operator does not allow it. */
export function parseToken(token: string, rules: DeliveryRules): Target {
	if (token === '') throw wrong(field, 'is missing. This notifier delivers by custom_token alone');
	if (token.length > longest) throw wrong(field, `is longer than ${longest} characters`);
	if (token.startsWith('ntfy:')) {
		const url = addressIn(token.slice('ntfy:'.length), rules);
		if (!/^\/[\w/-]+$/.test(url.pathname) || url.search) throw wrong(field, 'ntfy: must be followed by https://host/topic');
		return { kind: 'ntfy', url };
	}
	if (token.startsWith('webpush:')) return webPushTarget(token.slice('webpush:'.length), rules);
	if (/^https?:/.test(token)) return { kind: 'hook', url: addressIn(token, rules) };
	throw wrong(field, 'must begin with ntfy:, webpush: or https://');
}
