import type { AuthMode } from '../auth/access.js';

/** The kit's own files lie beside the template's in the image, and come first: the script stands before all requests of the page. */
const proofScript = /^\/ui\/_proof\.js/;

const names: Readonly<Record<Exclude<AuthMode, 'off'>, string>> = {
  jwt: 'Your token',
  'api-key': 'Your API key',
  any: 'Your token or API key',
};

/**
 * What the page shows where the product asks who calls: a box for the proof, which `_proof.js` sends with each request.
 * The field has no name: a form that is sent without the script must not put the proof into a URL.
 */
export function proofBox(mode: AuthMode): string {
  if (mode === 'off') return '';
  return `<form id="proof" class="proof" aria-label="Sign in">
<label>${names[mode]} <input type="password" autocomplete="off" spellcheck="false" required></label>
<button type="submit">Sign in</button>
<button type="button">Sign out</button>
<p role="status"></p>
</form>
`;
}

/** The files that a page links: without the script of the box where nobody is asked who calls. */
export function linkedFiles(urls: readonly string[], mode: AuthMode): string[] {
  return urls.filter((url) => mode !== 'off' || !proofScript.test(url));
}
