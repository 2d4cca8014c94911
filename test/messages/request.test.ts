import { beforeEach, expect, test, vi } from 'vitest';
import { request } from '../../src/messages/request.ts';

const sendMessage = vi.hoisted(() => vi.fn());
vi.mock('../../src/platform/api/browser.ts', () => ({ browser: { runtime: { sendMessage } } }));
beforeEach(() => {
	sendMessage.mockReset();
	vi.useFakeTimers({ toFake: ['setTimeout'] });
});

const unheard = new Error('Could not establish connection. Receiving end does not exist.');
const ask = async () => {
	const asked = request('vault.lock', {}).then(
		(value) => ({ value }),
		(thrown: Error) => ({ thrown }),
	);
	await vi.runAllTimersAsync();
	return asked;
};

test('what a browser that is just ending the background gave to nobody is asked again', async () => {
	sendMessage.mockRejectedValueOnce(unheard).mockRejectedValueOnce(unheard).mockResolvedValue({ ok: true, value: null });
	expect(await ask()).toEqual({ value: null });
	expect(sendMessage.mock.calls).toEqual(Array(3).fill([{ to: 'vault.lock', body: {} }]));
});

test('but not for ever, and nothing that may have been heard', async () => {
	sendMessage.mockRejectedValue(unheard);
	expect(await ask()).toEqual({ thrown: unheard });
	expect(sendMessage).toHaveBeenCalledTimes(4);
	const lost = new Error('The message port closed before a response was received.');
	sendMessage.mockReset().mockRejectedValue(lost);
	expect(await ask()).toEqual({ thrown: lost });
	sendMessage.mockResolvedValue(undefined);
	expect(await ask()).toMatchObject({ thrown: { code: 'internal' } });
	sendMessage.mockResolvedValue({ ok: false, fault: { code: 'passphrase-wrong', detail: '' } });
	expect(await ask()).toMatchObject({ thrown: { code: 'passphrase-wrong' } });
	expect(sendMessage).toHaveBeenCalledTimes(3);
});
