import type { Meme, MemeGenerator, Topic } from './generator.js';

type Phrase = (topic: string, place: string) => string;

const phrases: readonly Phrase[] = [
  (topic, place) => `ONE DOES NOT SIMPLY\nTALK ABOUT ${topic} IN ${place}`,
  (topic) => `${topic}?\nTHAT WAS NOT IN THE RELEASE NOTES`,
  (topic, place) => `NOBODY:\nABSOLUTELY NOBODY IN ${place}: ${topic}!`,
  (topic) => `KEEP CALM\nAND LEAVE ${topic} TO THE NIGHT SHIFT`,
  (topic, place) => `BREAKING NEWS FROM ${place}\n${topic} STILL WORKS ON MY MACHINE`,
  (topic) => `ASKED FOR ${topic}\nGOT A MEETING ABOUT IT`,
  (topic, place) => `WHEN YOU ARE IN ${place}\nAND SOMEBODY MENTIONS ${topic}`,
  (topic) => `PLAN A: ${topic}\nPLAN B: MORE ${topic}`,
];

/** Memes from phrases with gaps, made here. */
export class TextGenerator implements MemeGenerator {
  readonly remote = false;

  /** @param random 0 to 1, 1 excluded. */
  constructor(private readonly random: () => number) {}

  generate({ query, place }: Topic): Promise<Meme> {
    const phrase = phrases[Math.floor(this.random() * phrases.length)] ?? phrases[0];
    const topic = (query ?? 'Monday').toUpperCase();
    const where = (place?.name ?? 'the office').toUpperCase();
    return Promise.resolve({ text: phrase?.(topic, where) ?? topic, generator: 'template' });
  }
}
