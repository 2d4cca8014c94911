// npm run notifier: installs what is missing and runs the notifier. `-- --config FILE`, `-- --new-secret ADDRESS`, `-- --help`.
import { installModules } from '../scripts/install.mjs';

installModules((line) => process.stderr.write(`${line}\n`));
// in this very process: what ends it ends the notifier, and no secret is in a second command line
const { register } = await import('tsx/esm/api');
register();
await import(new URL('main.ts', import.meta.url).href);
