import './settings.css';
import { Button, Screen } from '../ui/controls.tsx';
import { text } from '../ui/text.ts';

const hiddenThings = ['account', 'cookies', 'typing', 'page', 'linked', 'time', 'disk'] as const;
const visibleThings = [
	'address',
	'bauta',
	'words',
	'crowd',
	'around',
	'switch',
	'route',
	'sites',
	'probe',
	'tls',
	'key',
	'server_ids',
] as const;

/** Tells what Bauta hides and what it cannot hide: the residual risks of THREATS.md in plain words. */
export function WhatIsHidden(props: { onBack: () => void }) {
	return (
		<Screen title={text('popup_limits_title')}>
			<div class="prose">
				<h2>{text('popup_limits_hidden')}</h2>
				<ul class="ticks">
					{hiddenThings.map((name) => (
						<li key={name}>{text(`popup_limits_hidden_${name}`)}</li>
					))}
				</ul>
				<h2>{text('popup_limits_open')}</h2>
				<ul class="dots">
					{visibleThings.map((name) => (
						<li key={name}>{text(`popup_limits_open_${name}`)}</li>
					))}
				</ul>
			</div>
			<Button onPress={props.onBack}>{text('popup_back')}</Button>
		</Screen>
	);
}
