/**
 * Runs once in the tab whose toolbar button was clicked, before the site is enabled: is a web chat here that Bauta knows?
 * It changes nothing. Its answer is a global variable of the isolated world, which the page cannot see.
 */
import { frontends } from '../frontends/all.ts';

const frontend = frontends.find((candidate) => candidate.detect(document));
Object.assign(globalThis, { bautaFrontend: frontend ? { id: frontend.id, name: frontend.name } : null });
