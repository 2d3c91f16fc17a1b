/**
 * What must not leave the machine in a support bundle: keys, tokens, cookies, passwords, e-mail addresses. Whatever looks
 * like one is taken out; too much is better than too little.
 */

const gone = '[redacted]';

/** Names of fields and headers whose whole value is secret, whatever it looks like. */
const secretName =
  '[\\w-]*(?:password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|credential|authorization|cookie|signature)[\\w-]*';

const patterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, gone],
  // A name and its value in JSON, also in JSON inside a JSON string; the value may hold escaped quotes.
  [
    new RegExp(
      `(\\\\*"${secretName}\\\\*"\\s*:\\s*)(?:\\\\+"(?:[^"\\\\]|\\\\+[^"\\\\])*\\\\+"|"(?:[^"\\\\]|\\\\.)*"|\\[[^\\]]*\\])`,
      'gi',
    ),
    `$1"${gone}"`,
  ],
  // A header on a line of its own or in a text: everything up to the end of the line or string.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*[:=]\s*)[^\r\n"\\]+/gi, `$1$2${gone}`],
  [new RegExp(`\\b(${secretName})(\\s*[=:]\\s*)(?:'[^']*'|[^\\s"'\\\\,;&}]+)`, 'gi'), `$1$2${gone}`],
  [/\b(bearer|basic)\s+[\w~+/.=-]{6,}/gi, `$1 ${gone}`],
  [/\b(lh_|whsec_|pul-|ya29\.|AIza|gh[pousr]_|sk-|xox[a-z]-)[\w-]{4,}(?:[.+/=][\w+/=-]+)*/g, gone],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, gone],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'\\]+@/gi, `$1${gone}@`],
  [/[\w.!#$%&'*+/=?^`{|}~-]+(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi, gone],
];

/** A text without what is secret in it. */
export function redact(text: string): string {
  return patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}
