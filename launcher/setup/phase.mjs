/**
 * Runs one step and prints a line with its duration; a step that had nothing to do returns `false` and prints nothing.
 * @param {string} name
 * @param {() => Promise<unknown>} work
 * @param {(line: string) => void} [print]
 */
export async function phase(name, work, print = console.log) {
  const began = performance.now();
  const done = await work();
  if (done === false) return;
  print(`  ${name.padEnd(22)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
