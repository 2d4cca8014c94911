/**
 * Names of properties that content scripts have among themselves: the build shortens them. None of them may be a name of the browser's or of
 * the page's, nor stand in a message to another context; test/house/private-names.test.ts holds that.
 */
export const privateNames = [
	// frontends/frontend.ts
	...[
		'accountActions',
		'closingRule',
		'coverRule',
		'foldingRules',
		'hidingRule',
		'identityAttributes',
		'isEdited',
		'labelPosition',
		'messageAround',
	],
	...[
		'messageKey',
		'onFrame',
		'onPresences',
		'openRooms',
		'pageComposer',
		'panelParent',
		'presenceNotice',
		'presenceNoticeRule',
		'replyButtons',
	],
	...['shownText', 'switchRule', 'workerRequests'],
	// content/
	...['areaWords', 'catchAt', 'closedAround', 'focusMenu', 'followTheme', 'givesWay', 'isAmbiguous', 'isClear', 'isClosed', 'isDead'],
	...['isHost', 'isInPlace', 'isOn', 'isShown', 'isTakenFor', 'isTurning', 'isUnderPage', 'isWhole', 'lastBox', 'menuButton'],
	...['noteDocument', 'onLookAlike', 'onStoppedAction', 'onTheft', 'seenBox', 'setTheme', 'tamper', 'tamperingText', 'wantsFocus'],
	...['askedKeys', 'keptQuestion', 'labelHosts', 'takeAnswer', 'voiceLooks', 'writeBeside', 'yieldTo'],
];
