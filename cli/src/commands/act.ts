import type { Context } from '../context.js';

/** Makes an action of commander's out of a function that gets the context first. */
export type Act = <Args extends unknown[]>(
  run: (context: Context, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;
