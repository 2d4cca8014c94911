/** In place of background/access/on-channel.ts: the clean channel's own requests, out of this process and not out of a browser. */
export async function onChannel(
	_origin: string,
	_seconds: number,
	task: (channel: object, signal: AbortSignal) => unknown,
	end: AbortSignal,
) {
	const { cleanFetch } = await import('../../../src/networks/channel/connections.ts');
	return task({ fetch: cleanFetch }, end);
}
