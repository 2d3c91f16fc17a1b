/** Replicas of one tenant over simulated rows, and the network between them, which loses messages, answers, or whole replicas. */
import { randomUUID } from 'node:crypto';
import { newPrefix } from '@leasehold/tenant-data';
import { LeaseStore } from '../ledger/lease-store.js';
import { Ledger } from '../ledger/ledger.js';
import { LedgerKeys } from '../ledger/ledger-keys.js';
import { LedgerStore } from '../ledger/ledger-store.js';
import { Compensations, undoing } from '../memes/compensations.js';
import { parseAnswer, parseMessage } from '../peers/forward-message.js';
import type { ForwardAnswer, Peers } from '../peers/peers.js';
import type { SimulatedRows } from './simulated-rows.js';

/** What becomes of a message to another replica. */
export type PeerFate = 'answered' | 'answer lost' | 'lost' | 'late';

export interface Member {
  readonly ledger: Ledger;
  readonly compensations: Compensations;
  /** Where the others send their forwards; removed when the replica has died. */
  readonly address: string;
}

export class SimulatedCompany {
  /** Milliseconds that the clock of all replicas is ahead. */
  ahead = 0;
  private readonly receivers = new Map<string, Ledger>();
  private readonly keys = new LedgerKeys(newPrefix(() => new Uint8Array(10)));
  private strays: (() => Promise<unknown>)[] = [];

  constructor(
    private readonly rows: SimulatedRows,
    private readonly nextFate: () => PeerFate = () => 'answered',
  ) {}

  join(deadlineMs = 5_000): Member {
    const client = this.rows.client();
    const address = `http://${randomUUID()}`;
    const now = (): number => Date.now() + this.ahead;
    const ledger = new Ledger({
      store: new LedgerStore(client, this.keys),
      openingTokens: 10,
      deadlineMs,
      now,
      onLateCommit: (commands) => undoing(commands, randomUUID).forEach((each) => compensations.add(each)),
      onSettlementFailure: () => undefined,
    });
    const compensations: Compensations = new Compensations({
      ledger,
      firstRetryMs: 1,
      onDeadLetter: (_, error) => {
        throw error;
      },
    });
    ledger.join({
      holder: { holder: address, address, secret: 's' },
      leases: new LeaseStore(client, this.keys),
      peers: this.peers,
      onLeaseFailure: () => undefined,
    });
    this.receivers.set(address, ledger);
    return { ledger, compensations, address };
  }

  /** Nothing reaches it any more. */
  kill({ address }: Member): void {
    this.receivers.delete(address);
  }

  /** One of the late messages arrives. */
  async strayArrives(): Promise<void> {
    await this.strays
      .shift()?.()
      .catch(() => undefined);
  }

  private get peers(): Peers {
    return {
      send: async ({ address }, message) => {
        await turn();
        const json = JSON.stringify(message);
        const deliver = async (): Promise<ForwardAnswer> => {
          const receiver = this.receivers.get(address);
          if (receiver === undefined) throw new Error('Nobody is there.');
          return parseAnswer(JSON.stringify(await receiver.receive(parseMessage(json))));
        };
        const fate = this.nextFate();
        if (fate === 'late') this.strays.push(deliver);
        if (fate === 'lost' || fate === 'late') throw new Error(fate);
        const answer = await deliver();
        if (fate === 'answer lost') throw new Error(fate);
        return answer;
      },
    };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
