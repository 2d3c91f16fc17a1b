/** Keys that were right lately, by their hashes; the oldest go when there are too many. */
export class RecentKeys {
  readonly #hashes = new Set<string>();

  constructor(private readonly most: number) {}

  add(hash: Buffer): void {
    const text = hash.toString('base64');
    this.#hashes.delete(text);
    this.#hashes.add(text);
    if (this.#hashes.size <= this.most) return;
    const [oldest] = this.#hashes;
    if (oldest !== undefined) this.#hashes.delete(oldest);
  }

  has(hash: Buffer): boolean {
    return this.#hashes.has(hash.toString('base64'));
  }
}
