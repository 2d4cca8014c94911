/**
 * Names of properties that content scripts have among themselves: the build shortens them. None of them may be a name of the browser's or of
 * the page's, nor stand in a message to another context; test/house/private-names.test.ts holds that.
 */
export const privateNames = [
	// frontends/frontend.ts
	...['accountActions', 'closingRule', 'coverRule', 'foldingRules', 'hidingRule', 'identityAttributes', 'labelPosition', 'messageAround'],
	...['messageKey', 'onFrame', 'openRooms', 'pageComposer', 'panelParent', 'presenceNotice', 'presenceNoticeRule', 'replyButtons'],
	...['shownText', 'switchRule', 'workerRequests'],
	// content/
	...['areaWords', 'closedAround', 'focusMenu', 'followTheme', 'givesWay', 'isAmbiguous', 'isClear', 'isClosed', 'isDead', 'isHost'],
	...['isOn', 'isShown', 'isTurning', 'isUnderPage', 'isWhole', 'lastBox', 'menuButton', 'onLookAlike', 'onStoppedAction'],
	...['onTheft', 'setTheme', 'tamper', 'tamperingText', 'wantsFocus', 'writeBeside', 'yieldTo'],
];
