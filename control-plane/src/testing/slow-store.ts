import { setTimeout as delay } from 'node:timers/promises';
import type { Target, Targets } from '../targets/target.js';

/** An object store whose uploads take a random while each, so that they would overtake each other; and nothing else of a target. */
export class SlowStore implements Targets {
  readonly objects = new Map<string, string>();
  /** Every content of an object, in the order in which the uploads ended. */
  readonly history: string[] = [];
  #failures = 0;

  failNext(times: number): void {
    this.#failures = times;
  }

  of(): Target {
    return {
      putObject: async (bucket, name, body) => {
        await delay(Math.random() * 20);
        if (this.#failures-- > 0) throw new Error('the object store is down');
        this.objects.set(`${bucket}/${name}`, body.toString());
        this.history.push(body.toString());
      },
      deleteObjects: (bucket, prefix) => {
        const found = [...this.objects.keys()].filter((key) => key.startsWith(`${bucket}/${prefix}`));
        for (const key of found) this.objects.delete(key);
        return Promise.resolve(found.length);
      },
      getObject: unused,
      listObjects: unused,
      pushImage: unused,
      resolve: unused,
      fetchThroughEdge: unused,
      rollout: unused,
      readRows: unused,
      writeRows: unused,
      migrateRows: unused,
      migrations: unused,
      usage: unused,
      stored: unused,
      eraseRows: unused,
      proveNoRows: unused,
      rowsAt: 'none',
    };
  }
}

function unused(): Promise<never> {
  return Promise.reject(new Error('This test asks for objects alone.'));
}
