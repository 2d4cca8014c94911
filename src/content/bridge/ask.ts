import type { ContentRequests } from '../../messages/content.ts';
import type { BautaError } from '../../messages/errors.ts';
import { request } from '../../messages/request.ts';

/**
 * Sends a request that does no harm when it is made twice. If the background ends before it answers, the request is made once more: without
 * that, labels would be missing, or the whole page would be without Bauta until it is loaded anew. Throws as `request` does.
 */
export async function ask<N extends keyof ContentRequests>(to: N, body: ContentRequests[N]['in']): Promise<ContentRequests[N]['out']> {
	try {
		return await request(to, body);
	} catch (fault) {
		if (((fault as Partial<BautaError>).code ?? 'internal') !== 'internal') throw fault;
		return request(to, body);
	}
}
