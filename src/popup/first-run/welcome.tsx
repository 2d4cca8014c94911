import type { ComponentChildren } from 'preact';
import { type Action, place } from '../state/store.ts';
import { Button, Screen } from '../ui/controls.tsx';
import { Mask } from '../ui/mask.tsx';
import { text } from '../ui/text.ts';

/** The ways in. */
export type Choice = 'new' | 'import' | 'backup' | 'link' | 'devices-only';

/** What Bauta is for, in one sentence, and what it cannot hide, before anything else is asked. */
export function Welcome(props: { onChoose: (part: Choice) => void; action: Action; children: ComponentChildren }) {
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
					<Button kind="main" action={props.action} onPress={() => props.onChoose('new')}>
						{text('popup_welcome_new')}
					</Button>
					<Button kind="plain" action={props.action} onPress={() => props.onChoose('import')}>
						{text('popup_welcome_import')}
					</Button>
					<Button kind="plain" action={props.action} onPress={() => props.onChoose('backup')}>
						{text('popup_welcome_backup')}
					</Button>
					<Button kind="plain" action={props.action} onPress={() => props.onChoose('link')}>
						{text('popup_welcome_link')}
					</Button>
				</div>
				<details>
					<summary>{text('popup_welcome_no_phrase')}</summary>
					<p>{text('popup_welcome_no_phrase_what')}</p>
					<Button kind="plain" action={props.action} onPress={() => props.onChoose('devices-only')}>
						{text('popup_welcome_no_phrase_do')}
					</Button>
				</details>
				{!place.value.inTab && <p class="hint centred">{text('popup_welcome_tab')}</p>}
			</Screen>
		</div>
	);
}
