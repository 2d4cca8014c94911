import { useEffect, useState } from 'preact/hooks';
import type { SiteState } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { useAction } from '../state/actions.ts';
import { announce } from '../state/announcement.ts';
import { Button, Problem } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** A site that Bauta is enabled on, or could be. */
export type KnownSite = Extract<SiteState, { state: 'found' | 'enabled' }>;

/**
 * The button that asks the browser for hosts. The popup may be gone when the person answers, so the background enables the site when
 * `permissions.onAdded` comes. It is told what for when the button is shown: in the click itself, `permissions.request` must come first.
 * `onPress`: done at once, whatever the answer.
 */
export function AllowButton(props: { site: KnownSite; hosts: string[]; onPress?: () => Promise<unknown>; children: string }) {
	const { origin, frontend, name } = props.site;
	const hosts = props.hosts.join(' ');
	const [isRefused, setRefused] = useState(false);
	const action = useAction();
	useEffect(() => {
		request('site.wanted', { origin, frontend, name, hosts: hosts.split(' ').filter(Boolean) }).catch(() => {});
	}, [origin, frontend, name, hosts]);
	const origins = props.hosts.length > 0 ? props.hosts : [origin];
	const allow = () => {
		const answer = browser.permissions.request({ origins: origins.flatMap(patternsOf) });
		setRefused(false);
		action.run(async () => {
			await props.onPress?.();
			if (!(await answer)) {
				setRefused(true);
				return;
			}
			await request('site.granted', { origin });
			announce(text('popup_site_allowed'));
		});
	};
	return (
		<>
			<Button kind="main" action={action} onPress={allow}>
				{props.children}
			</Button>
			<p class="problem" role="alert" hidden={!isRefused}>
				{isRefused ? text('popup_site_refused') : ''}
			</p>
			<Problem fault={action.fault} />
		</>
	);
}
