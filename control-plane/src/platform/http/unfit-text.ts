/**
 * Characters that people do not see, and that let one text pass for another: control and format characters (directions,
 * zero-width ones, tags), line breaks, private and unassigned ones, letters that are blank.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}\u2800]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u;
/** A variation selector chooses between two forms of an emoji; elsewhere it is unseen. */
const strayVariation = /(?<!\p{Emoji})[\ufe0e\ufe0f]/u;
/** More marks on one letter than any language writes: they reach over the lines above. */
const heaped = /\p{M}{4}/u;
/** Scripts whose letters look alike (https://www.unicode.org/reports/tr39/#Mixed_Script_Detection). */
const lookAlikes = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

/** What makes a text unfit to be shown as somebody's words; undefined when nothing does. */
export function unfitText(text: string): string | undefined {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return 'must be one line without control characters';
  if (unseen.test(text) || strayVariation.test(text)) {
    return 'must be without invisible characters and such as turn the direction of text around';
  }
  if (heaped.test(text)) return 'must not have more than three marks on a letter';
  const mixed = text.split(/[^\p{L}\p{M}\p{N}]+/u).find(mixesScripts);
  if (mixed === undefined) return undefined;
  return `must not mix letters of different scripts in one word, as "${mixed}" does`;
}

function mixesScripts(word: string): boolean {
  return lookAlikes.filter((script) => script.test(word)).length > 1;
}
