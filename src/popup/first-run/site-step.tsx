import { SitePanel } from '../site/site.tsx';
import { backToSite } from '../state/popup-or-tab.ts';
import { firstRun, place, state, view } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** The third step: Bauta where it will be used. It can be done any time later from the toolbar. */
export function SiteStep() {
	const { inTab, site } = place.value;
	const enabled = state.value?.site.state === 'enabled';
	const finish = () => {
		view.value = 'site';
		firstRun.value = { on: false, replace: false };
	};
	return (
		<Screen title={text('popup_site_step_title')} step={text('popup_step', 3)}>
			<p>{text('popup_site_step_why')}</p>
			<SitePanel />
			<div class="row">
				{inTab && site !== null && enabled && (
					<Button kind="plain" onPress={() => backToSite(site)}>
						{text('popup_site_step_back')}
					</Button>
				)}
				<Button kind={enabled ? 'main' : 'plain'} onPress={finish}>
					{text(enabled ? 'popup_site_step_done' : 'popup_site_step_later')}
				</Button>
			</div>
		</Screen>
	);
}
