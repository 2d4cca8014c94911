import { listen } from './window-listeners.ts';

/** Chromium has prepared the page (speculation rules), and its tab still shows another one. */
export const isPrerendered = (): boolean => (document as { prerendering?: boolean }).prerendering === true;

/**
 * Waits while Chromium prerenders the page. The background would take its requests for those of the page that the tab shows, and refuses them.
 * Only the browser says when it is over: a page that says so itself would have Bauta give up in it.
 */
export async function untilOnShow(): Promise<void> {
	if (!isPrerendered()) return;
	await new Promise<void>((resolve) =>
		listen(
			'prerenderingchange',
			({ isTrusted }) => {
				if (isTrusted) resolve();
			},
			{ capture: true },
		),
	);
}
