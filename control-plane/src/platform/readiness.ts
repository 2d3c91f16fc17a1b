import { Injectable } from '@nestjs/common';

/** Says why a part is not ready, or undefined when it is. */
type Check = () => Promise<string | undefined>;

export interface PartReadiness {
  readonly name: string;
  readonly ready: boolean;
  readonly message?: string;
}

const checkTimeoutMs = 2_000;

/** The parts that must be ready before this program takes work; each part registers itself. */
@Injectable()
export class Readiness {
  readonly #checks = new Map<string, Check>();

  register(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  async look(): Promise<PartReadiness[]> {
    return Promise.all([...this.#checks].map(([name, check]) => result(name, check)));
  }
}

async function result(name: string, check: Check): Promise<PartReadiness> {
  const message = await within(check()).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  return message === undefined ? { name, ready: true } : { name, ready: false, message };
}

async function within(answer: Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, checkTimeoutMs, `no answer within ${checkTimeoutMs / 1000} s`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
