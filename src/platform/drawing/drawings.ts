import type { Drawings } from '../../messages/content.ts';
import { badgeRules, labelRules, lineRules } from './label-style.ts';
import { markPath } from './marks.ts';
import { clipPath, discPath } from './mask.ts';
import { panelRules } from './panel-style.ts';

const disc = (size: number) => clipPath(discPath, size);

/** How Bauta is drawn in a page. @param you "you" as it is drawn in the language of the words (`content_mine_drawn` of `_locales`) */
export const drawingsIn = (you: string): Drawings => ({
	discs: { 24: disc(24), 28: disc(28), 32: disc(32), 40: disc(40) },
	...{ mine: markPath(true, you), foreign: markPath(false, you) },
	...{ panel: panelRules, badge: badgeRules, label: labelRules, line: lineRules },
});
