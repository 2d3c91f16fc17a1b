interface Reading<T> {
  running: Promise<T>;
  /** The read that begins when the running one ends, for all who have asked meanwhile. */
  next: Promise<T> | undefined;
}

/**
 * Lets equal reads at the same time share calls. Who asks while a read is under way gets the answer of the next one and not of that one: it
 * may have been answered before something that the asker knows of was written.
 */
export class SharedReads<T> {
  readonly #readings = new Map<string, Reading<T>>();

  /** @param name equal for equal reads. */
  read(name: string, read: () => Promise<T>): Promise<T> {
    const reading = this.#readings.get(name);
    if (reading) return (reading.next ??= this.#after(name, reading, read));
    const running = read();
    const begun: Reading<T> = { running, next: undefined };
    this.#readings.set(name, begun);
    this.#watch(name, begun);
    return running;
  }

  async #after(name: string, reading: Reading<T>, read: () => Promise<T>): Promise<T> {
    try {
      await reading.running;
    } catch (error) {
      // It has tried until its deadline: those who wait for it are not to wait for another one.
      this.#readings.delete(name);
      throw error;
    }
    reading.running = read();
    reading.next = undefined;
    this.#watch(name, reading);
    return reading.running;
  }

  #watch(name: string, reading: Reading<T>): void {
    const { running } = reading;
    const end = (): void => {
      if (reading.running === running && !reading.next) this.#readings.delete(name);
    };
    running.then(end, end);
  }
}
