import { serveParent } from './frame-page.ts';

serveParent(true);
