/**
 * What a program that failed said about it, as one line: the message of its uncaught error where there is one, otherwise the last lines
 * that it wrote. Frames of stack traces say nothing to people and are left out.
 */
export function lastWords(lines: readonly string[]): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('at '));
  const uncaught = said.map((line) => /^(?:\w*Error)(?: \[\w+\])?: (.+)$/.exec(line)?.[1]).findLast(Boolean);
  return uncaught ?? said.slice(-3).join(' ');
}
