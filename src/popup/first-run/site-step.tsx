import { SitePanel } from '../site/site.tsx';
import { endFirstRun, view } from '../state/navigation.ts';
import { backToSite, surface } from '../state/popup-or-tab.ts';
import { state } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

/** The fourth step: Bauta where it will be used. It can be done any time later from the toolbar. */
export function SiteStep() {
	const { inTab, siteTab } = surface.value;
	const isEnabled = state.value?.site.state === 'enabled';
	const finish = () => {
		view.value = 'site';
		endFirstRun();
	};
	return (
		<Screen title={text('popup_site_step_title')} step={text('popup_step', 4)}>
			<p>{text('popup_site_step_why')}</p>
			<SitePanel />
			<div class="row">
				{inTab && siteTab !== null && isEnabled && (
					<Button kind="plain" onPress={() => backToSite(siteTab)}>
						{text('popup_site_step_back')}
					</Button>
				)}
				<Button kind={isEnabled ? 'main' : 'plain'} onPress={finish}>
					{text(isEnabled ? 'popup_site_step_done' : 'popup_site_step_later')}
				</Button>
			</div>
		</Screen>
	);
}
