/*
 * libp2p 2 calls Promise.withResolvers, which Node has since its version 22. This module comes before it in the imports of whoever uses it, and
 * does nothing in a newer Node.
 */
Promise.withResolvers ??= function withResolvers<T>(this: PromiseConstructor): PromiseWithResolvers<T> {
	const parts: Partial<PromiseWithResolvers<T>> = {};
	const promise = new Promise<T>((resolve, reject) => Object.assign(parts, { resolve, reject }));
	return { ...(parts as PromiseWithResolvers<T>), promise };
};
