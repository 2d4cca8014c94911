import { apply, defineProperty, getOwnPropertyDescriptor, NativeProxy, toJson, weakGet, weakSet } from './primordials.ts';

const { prototype: messages } = MessageEvent;
const reportedData = new WeakMap<object, boolean>();

/**
 * Hears what workers tell the page. Whatever a worker read reaches the page as the data of a message: `onMessage` gets that data as JSON when
 * the page reads it. To be called only in pages that read in a worker; elsewhere nothing is touched. The relay's address is not known here.
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
