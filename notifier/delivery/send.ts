import { type LookupAddress, type LookupOptions, lookup as lookUp } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isAddress, isPrivateAddress } from './private-address.ts';
import type { PushRequest } from './push.ts';

/** How a push went, as the installation is told (docs/notifier.md). */
export type Outcome = 'delivered' | 'unreachable' | 'refused' | 'redirected' | 'private-address' | 'not-allowed' | 'gone';

const patienceMs = 20_000;

/** Finds a name's addresses. */
export type Resolve = (
	host: string,
	options: LookupOptions & { all: true },
	answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

class PrivateAddress extends Error {}

type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Looks a name up, once, for the connection that is about to be made: what is judged here is what is connected to, so that a name which
 * answers otherwise the second time gains nothing.
 */
const publicLookup =
	(resolve: Resolve) =>
	(host: string, options: LookupOptions, answer: Answer): void =>
		resolve(host, { ...options, all: true }, (error, addresses) => {
			if (error) return answer(error, []);
			const allowed = addresses.filter(({ address }) => !isPrivateAddress(address));
			const [first] = allowed;
			if (!first) return answer(new PrivateAddress(), []);
			if (options.all) return answer(null, allowed);
			answer(null, first.address, first.family);
		});

function outcomeOf(status: number): Outcome {
	if (status >= 200 && status < 300) return 'delivered';
	if (status >= 300 && status < 400) return 'redirected';
	return status === 404 || status === 410 ? 'gone' : 'refused';
}

/**
 * Sends one push over a connection of its own. Follows no redirect, and reads no answer but its status. Never throws.
 * @param allowPrivate also to addresses that are not on the public internet
 */
export function sendPush({ url, headers, body }: PushRequest, allowPrivate: boolean, resolve: Resolve = lookUp): Promise<Outcome> {
	// a literal address is connected to without being looked up
	if (!allowPrivate && isAddress(url.hostname) && isPrivateAddress(url.hostname)) return Promise.resolve('private-address');
	return new Promise((done) => {
		const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
		const request = send(url, {
			method: 'POST',
			headers: { ...headers, 'Content-Length': String(body.length) },
			agent: false,
			...(allowPrivate ? {} : { lookup: publicLookup(resolve) }),
		});
		const limit = setTimeout(() => end('unreachable'), patienceMs);
		const end = (outcome: Outcome) => {
			clearTimeout(limit);
			request.destroy();
			done(outcome);
		};
		request.once('response', ({ statusCode = 0 }) => end(outcomeOf(statusCode)));
		request.on('error', (error) => end(error instanceof PrivateAddress ? 'private-address' : 'unreachable'));
		// what is neither an answer nor an error: another protocol
		request.once('close', () => end('unreachable'));
		request.end(body);
	});
}
