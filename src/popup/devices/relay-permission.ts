import { BautaError } from '../../messages/errors.ts';
import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';

/**
 * Asks the browser for the relay's host and returns the address, trimmed. Call it first in the handler of a click or a submitted form:
 * browsers allow the question only as long as that counts as the user's doing. @throws BautaError `relay-address`, `host-permission`
 */
export async function allowRelay(text: string): Promise<string> {
	const address = text.trim();
	if (!URL.canParse(address) || !/^wss?:$/.test(new URL(address).protocol)) throw new BautaError('relay-address');
	if (!(await browser.permissions.request({ origins: patternsOf(address) })))
		throw new BautaError('host-permission', new URL(address).host);
	return address;
}
