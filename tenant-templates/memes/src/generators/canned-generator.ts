import type { Meme, MemeGenerator } from './generator.js';

const jokes: readonly string[] = [
  'I WAS PROMISED AN AI\nTHIS IS A LIST WITH NINE LINES IN IT',
  'TRAINED ON NOTHING\nCONFIDENT ABOUT EVERYTHING',
  'MY NEURAL NETWORK\nHAS EXACTLY ONE NEURON AND IT IS ON HOLIDAY',
  'THE CLOUD?\nI LIVE IN A FILE',
  'ZERO PARAMETERS\nZERO HALLUCINATIONS',
  'I PASSED THE TURING TEST\nTHE JUDGE WAS ALSO A SCRIPT',
  'PROMPT ENGINEERING\nDOES NOT WORK ON ME',
  'NO GPU WAS HARMED\nIN THE MAKING OF THIS MEME',
  'DEEP LEARNING?\nI SKIMMED THE SUMMARY',
];

/** What stands in for an AI provider while none is attached: ready-made lines that say so. They know nothing of the topic. */
export class CannedGenerator implements MemeGenerator {
  readonly remote = false;

  /** @param random 0 to 1, 1 excluded. */
  constructor(private readonly random: () => number) {}

  generate(): Promise<Meme> {
    const text = jokes[Math.floor(this.random() * jokes.length)] ?? '';
    return Promise.resolve({ text, generator: 'canned' });
  }
}
