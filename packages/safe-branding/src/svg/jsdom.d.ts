/**
 * The part of jsdom that is used here. Its own types would bring the browser's names into every program that sees them,
 * and vitest's types see them as soon as they are installed.
 */
declare module 'jsdom' {
  export class JSDOM {
    constructor(html: string);
    readonly window: Window & typeof globalThis;
  }
}
