import type { TemplateFlag } from './flags.schema.js';

/** Whether the last day of a flag is over on a day, both UTC and such as 2027-03-31. */
export function isExpired({ lastDay }: Pick<TemplateFlag, 'lastDay'>, today: string): boolean {
  return lastDay < today;
}

/** The day of a time, UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
