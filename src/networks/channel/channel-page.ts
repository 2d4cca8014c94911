import { serveParent } from './frame-page.ts';
import { searchInWorker } from './proof-of-work.ts';

serveParent(false, searchInWorker);
