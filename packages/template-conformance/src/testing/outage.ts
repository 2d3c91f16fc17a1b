import type { Ground } from '../ground/ground.js';
import type { Told } from './told.js';

/** A way in which Bigtable cannot be used. */
export interface Outage {
  readonly name: string;
  readonly begin: (ground: Ground) => void | Promise<void>;
  readonly end: (ground: Ground) => void | Promise<void>;
  /** What a client may be told of a write meanwhile; of a read, that it is refused. */
  readonly writes: readonly Told['told'][];
  /** Whether pods must say that they cannot serve. */
  readonly unready: boolean;
}

/** One call, and then none for a quarter of an hour. */
const usedUp = { callsPerSecond: 0.001, bytesPerSecond: 1_000_000, weight: 1 };

export const outages: readonly Outage[] = [
  {
    name: 'is down',
    begin: ({ emulator }) => emulator.takeDown(),
    end: ({ emulator }) => emulator.mend(),
    writes: ['refused'],
    unready: true,
  },
  {
    name: 'hangs until each call is out of time',
    begin: ({ emulator }) => emulator.pause(),
    end: ({ emulator }) => emulator.mend(),
    writes: ['refused', 'unknown'],
    unready: true,
  },
  {
    name: "refuses, as the tenant's share is used up",
    begin: (ground) => ground.limit(usedUp),
    end: (ground) => ground.limit(),
    // The share lets one call through.
    writes: ['refused', 'acknowledged'],
    unready: false,
  },
  {
    name: 'is behind a data gateway that is away',
    begin: ({ link }) => link.cut(),
    end: ({ link }) => link.mend(),
    writes: ['refused'],
    unready: true,
  },
  {
    name: 'applies writes whose answers are lost',
    begin: ({ link }) => link.holdAnswers(),
    end: ({ link }) => link.release(),
    writes: ['refused', 'unknown'],
    unready: true,
  },
];
