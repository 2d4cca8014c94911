import type { ComponentChildren } from 'preact';
import type { Action } from '../state/actions.ts';
import { surface } from '../state/popup-or-tab.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { Mask } from '../ui/mask.tsx';
import { text } from '../ui/text.ts';
import type { Choice } from './steps.ts';

/** The choices that have a button of their own, the first one first. */
const openChoices = ['new', 'import', 'backup', 'link'] as const;

/** What Bauta is for, in one sentence, and what it cannot hide, before anything else is asked. `action`: what a choice sets going. */
export function Welcome(props: { onChoose: (choice: Choice) => void; action: Action; children: ComponentChildren }) {
	return (
		<div class="welcome">
			<Mask size={88} />
			<Screen title={text('popup_welcome_title')} quiet>
				<p class="lead">{text('popup_welcome_what')}</p>
				<div class="card note">
					<h2>{text('popup_welcome_sees')}</h2>
					<ul>
						<li>{text('popup_welcome_sees_address')}</li>
						<li>{text('popup_welcome_sees_text')}</li>
						<li>{text('popup_welcome_sees_bauta')}</li>
					</ul>
				</div>
				{props.children}
				<div class="stack">
					{openChoices.map((choice) => (
						<Button key={choice} kind={choice === 'new' ? 'main' : 'plain'} action={props.action} onPress={() => props.onChoose(choice)}>
							{text(`popup_welcome_${choice}`)}
						</Button>
					))}
				</div>
				<details>
					<summary>{text('popup_welcome_no_phrase')}</summary>
					<p>{text('popup_welcome_no_phrase_what')}</p>
					<Button kind="plain" action={props.action} onPress={() => props.onChoose('devices-only')}>
						{text('popup_welcome_no_phrase_do')}
					</Button>
				</details>
				{!surface.value.inTab && <p class="hint centred">{text('popup_welcome_tab')}</p>}
			</Screen>
		</div>
	);
}
