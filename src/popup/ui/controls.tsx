import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { faultText } from '../../messages/fault-text.ts';
import type { Fault } from '../../messages/rooms.ts';
import type { Action } from '../state/actions.ts';
import { text } from './text.ts';

/** One step or page. Its heading takes the focus when it comes up, so that it is read out; not where `quiet`. `step`: stands above it. */
export function Screen(props: { title: string; step?: string; quiet?: boolean; children: ComponentChildren }) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		if (!props.quiet) heading.current?.focus();
	}, [props.quiet]);
	return (
		<section class="screen">
			{props.step && <p class="step">{props.step}</p>}
			<h1 ref={heading} tabIndex={-1}>
				{props.title}
			</h1>
			{props.children}
		</section>
	);
}

/** What went wrong and what to do. It is always in the document, because screen readers read out an alert that fills. */
export function Problem(props: { fault: Fault | null; id?: string }) {
	return (
		<p class="problem" role="alert" id={props.id} hidden={!props.fault}>
			{props.fault ? faultText(props.fault) : ''}
		</p>
	);
}

type ButtonProps = {
	kind?: 'main' | 'plain' | 'quiet' | 'grave';
	action?: Action;
	onPress?: () => void;
	submit?: boolean;
	label?: string;
	children: ComponentChildren;
};

/** A button. While its action is under way it says so and does nothing, but keeps the focus. */
export function Button(props: ButtonProps) {
	return (
		<button
			type={props.submit ? 'submit' : 'button'}
			class={props.kind ?? 'plain'}
			aria-disabled={props.action?.busy ? 'true' : undefined}
			aria-busy={props.action?.busy ? 'true' : undefined}
			aria-label={props.label}
			onClick={() => !props.action?.busy && props.onPress?.()}
		>
			{props.children}
		</button>
	);
}

/** A button for what cannot be taken back: it asks once more, in its own place. */
export function ConfirmButton(props: {
	ask: string;
	action: Action;
	onYes: () => void;
	children: ComponentChildren;
	kind?: 'plain' | 'quiet';
}) {
	const [asking, ask] = useState(false);
	const wasAsking = useRef(false);
	const element = useRef<HTMLDivElement>(null);
	useEffect(() => {
		// once for each change: a second time would take the focus back from whoever has gone on
		if (asking || wasAsking.current) element.current?.querySelector('button')?.focus();
		wasAsking.current = asking;
	}, [asking]);
	if (!asking)
		return (
			<div class="ask" ref={element}>
				<Button kind={props.kind ?? 'quiet'} onPress={() => ask(true)}>
					{props.children}
				</Button>
			</div>
		);
	return (
		<div class="confirm" ref={element}>
			<p>{props.ask}</p>
			<div class="row">
				<Button kind="quiet" onPress={() => ask(false)}>
					{text('popup_no')}
				</Button>
				<Button
					kind="grave"
					action={props.action}
					onPress={() => {
						ask(false);
						props.onYes();
					}}
				>
					{props.children}
				</Button>
			</div>
		</div>
	);
}

/** A form whose Enter key and button do the same. */
export function Form(props: { action: Action; onSubmit: () => void; children: ComponentChildren; label?: string }) {
	return (
		<form
			noValidate
			aria-label={props.label}
			onSubmit={(event) => {
				event.preventDefault();
				if (!props.action.busy) props.onSubmit();
			}}
		>
			{props.children}
		</form>
	);
}

/**
 * The last row of a form: the way back, where there is one, and the button that submits. `busy`: what that button says while the action is
 * under way. `back`: what the other says, in place of "Back".
 */
export function SubmitRow(props: {
	action: Action;
	submit: string;
	busy?: string;
	kind?: 'main' | 'plain' | 'grave';
	onBack?: (() => void) | undefined;
	back?: string | undefined;
	backKind?: 'quiet' | 'grave';
}) {
	return (
		<div class="row">
			{props.onBack && (
				<Button kind={props.backKind ?? 'quiet'} onPress={props.onBack}>
					{props.back ?? text('popup_back')}
				</Button>
			)}
			<Button kind={props.kind ?? 'main'} submit action={props.action}>
				{props.action.busy ? (props.busy ?? props.submit) : props.submit}
			</Button>
		</div>
	);
}
