import { Button } from './pieces.tsx';
import { view } from './store.ts';
import { text } from './text.ts';

/** What is true today: the same phrase on another device is the same anonymous self. */
export function Devices() {
	return (
		<div class="empty">
			<h1>{text('popup_devices_title')}</h1>
			<p>{text('popup_devices_what')}</p>
			<ol>
				<li>{text('popup_devices_show')}</li>
				<li>{text('popup_devices_import')}</li>
			</ol>
			<p class="hint">{text('popup_devices_warning')}</p>
			<Button
				kind="plain"
				onPress={() => {
					view.value = 'identity';
				}}
			>
				{text('popup_devices_go')}
			</Button>
		</div>
	);
}
