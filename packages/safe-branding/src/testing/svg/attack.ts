/** How the files of the table are written. */
export interface SvgAttack {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly outcome: 'harmless' | 'refused';
}

export const open =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">';
/** The files that ask for something ask for it here: a test listens. */
export const away = 'http://attacker.invalid/x';
export const run = 'window.top.ran=1;document.title=`ran`;alert(1)';

export const inside = (
  name: string,
  content: string,
  outcome: SvgAttack['outcome'] = 'harmless',
): SvgAttack => ({
  name,
  file: `${open}<rect width="9" height="9"/>${content}</svg>`,
  outcome,
});
export const whole = (
  name: string,
  file: string | Uint8Array,
  outcome: SvgAttack['outcome'] = 'refused',
): SvgAttack => ({
  name,
  file,
  outcome,
});
export const onRoot = (name: string, attributes: string): SvgAttack =>
  whole(
    name,
    open.replace('viewBox', `${attributes} viewBox`) + '<rect width="9" height="9"/></svg>',
    'harmless',
  );

/** Thirty levels, each of which draws the one below it twice: a billion from two kilobytes. */
export function doubling(
  element: string,
  attribute: string,
  refer: (id: string) => string,
  holder = 'g',
): string {
  return Array.from({ length: 30 }, (_, level) => {
    const reference = level === 0 ? '' : ` ${attribute}="${refer(`n${level - 1}`)}"`;
    const one = `<${element}${reference} width="9" height="9"/>`;
    return `<${holder} id="n${level}">${one}${one}</${holder}>`;
  }).join('');
}
