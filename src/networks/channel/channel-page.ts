import { serveParent } from './frame-page.ts';
import { workInWorker } from './work.ts';

serveParent(false, workInWorker);
