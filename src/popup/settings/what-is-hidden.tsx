import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

const hidden = ['account', 'cookies', 'typing', 'page', 'linked', 'time', 'disk'] as const;
const open = ['address', 'bauta', 'words', 'crowd', 'around', 'switch', 'sites', 'probe', 'tls', 'key', 'server_ids'] as const;

/** The honest page: what is hidden, and what is not (the residual risks, in plain words). */
export function Limits(props: { onBack: () => void }) {
	return (
		<Screen title={text('popup_limits_title')}>
			<div class="prose">
				<h2>{text('popup_limits_hidden')}</h2>
				<ul class="ticks">
					{hidden.map((name) => (
						<li key={name}>{text(`popup_limits_hidden_${name}`)}</li>
					))}
				</ul>
				<h2>{text('popup_limits_open')}</h2>
				<ul class="dots">
					{open.map((name) => (
						<li key={name}>{text(`popup_limits_open_${name}`)}</li>
					))}
				</ul>
			</div>
			<Button onPress={props.onBack}>{text('popup_back')}</Button>
		</Screen>
	);
}
