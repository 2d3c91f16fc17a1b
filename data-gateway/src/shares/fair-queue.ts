/** Gives its place back. */
export type Leave = () => void;

export interface FairQueueOptions {
  /** How many calls are served at a time. */
  readonly places: number;
  /** How many calls of one tenant may wait. */
  readonly maxWaiting: number;
  /** After so long a call waits for something else than this process (a slow caller), and its place is given to others. */
  readonly maxStayMs: number;
  readonly now?: () => number;
}

interface Tenant {
  readonly name: string;
  weight: number;
  /** What it has used, by its weight: who has used least is served next. */
  used: number;
  inside: number;
  readonly waiting: { readonly cost: number; readonly go: (leave: Leave) => void }[];
}

/**
 * Divides a number of places among tenants. While there are free ones, everybody is served at once; otherwise the waiting tenant that has
 * used least for its weight is next, so that a thousand waiting calls of one do not delay the one call of another.
 */
export class FairQueue {
  readonly #tenants = new Map<string, Tenant>();
  readonly #inside = new Map<object, { readonly since: number; readonly leave: Leave }>();
  /** What the tenant served last had used: one that comes back does not get what it did not use meanwhile. */
  #clock = 0;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: FairQueueOptions) {}

  /**
   * A place for a call of the given cost.
   * @returns what gives it back, at once or when it is this call's turn; nothing when too many of the tenant wait already.
   */
  enter(name: string, weight: number, cost: number): Leave | Promise<Leave> | undefined {
    const tenant = this.#tenant(name, weight);
    if (this.#inside.size < this.options.places) return this.#serve(tenant, cost);
    if (tenant.waiting.length >= this.options.maxWaiting) return undefined;
    this.#waiting++;
    this.#watch();
    return new Promise((go) => tenant.waiting.push({ cost, go }));
  }

  /** Adds to what a tenant has used, when it is known. */
  charge(name: string, cost: number): void {
    const tenant = this.#tenants.get(name);
    if (tenant) tenant.used += cost / tenant.weight;
  }

  #tenant(name: string, weight: number): Tenant {
    const known = this.#tenants.get(name);
    const tenant = known ?? { name, weight, used: this.#clock, inside: 0, waiting: [] };
    tenant.weight = weight;
    if (tenant.waiting.length === 0) tenant.used = Math.max(tenant.used, this.#clock);
    if (!known) this.#tenants.set(name, tenant);
    return tenant;
  }

  #serve(tenant: Tenant, cost: number): Leave {
    const place = {};
    this.#clock = Math.max(this.#clock, tenant.used);
    tenant.used += cost / tenant.weight;
    tenant.inside++;
    const leave = (): void => {
      if (!this.#inside.delete(place)) return;
      tenant.inside--;
      if (tenant.inside + tenant.waiting.length === 0) this.#tenants.delete(tenant.name);
      this.#serveNext();
    };
    this.#inside.set(place, { since: this.#now(), leave });
    return leave;
  }

  #serveNext(): void {
    while (this.#waiting > 0 && this.#inside.size < this.options.places) {
      let next: Tenant | undefined;
      for (const tenant of this.#tenants.values())
        if (tenant.waiting.length > 0 && (!next || tenant.used < next.used)) next = tenant;
      const call = next?.waiting.shift();
      if (!next || !call) return;
      this.#waiting--;
      call.go(this.#serve(next, call.cost));
    }
  }

  #now(): number {
    return this.options.now?.() ?? performance.now();
  }

  /** While somebody waits, calls that have stayed too long lose their places. */
  #watch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const before = this.#now() - this.options.maxStayMs;
      for (const { since, leave } of [...this.#inside.values()]) if (since <= before) leave();
      if (this.#waiting > 0) this.#watch();
    }, this.options.maxStayMs).unref();
  }
}
