import { apply, defineProperty, getOwnPropertyDescriptor, NativeProxy, toJson, weakGet, weakSet } from './primordials.ts';

const { prototype: messages } = MessageEvent;
const reportedData = new WeakMap<object, boolean>();

/**
 * What a worker has read reaches its page by a message, however the page wraps it and by whatever port: `onMessage` gets the JSON of each,
 * when the page itself takes it out. Only for pages that read in a worker; elsewhere nothing is touched. An address of the relay is not known.
 */
export function hearWorkers(onMessage: (json: string) => void): void {
	const property = getOwnPropertyDescriptor(messages, 'data');
	if (!property?.get) return;
	property.get = new NativeProxy(property.get, {
		apply(target, self, values) {
			const data = apply(target, self, values);
			try {
				if (typeof data === 'object' && data && !weakGet(reportedData, data)) {
					// first, as a page's own toJSON may ask for it again
					weakSet(reportedData, data, true);
					onMessage(toJson(data));
				}
			} catch {
				// no JSON: no events
			}
			return data;
		},
	});
	defineProperty(messages, 'data', property);
}
