import { usageMeters, type UsageView } from './usage.schema.js';

/** The periods as CSV (RFC 4180) with a header; nothing in it needs quotes. */
export function usageCsv({ items }: Pick<UsageView, 'items'>): string {
  const header = ['period', ...usageMeters].join(',');
  const lines = items.map((item) => [item.period, ...usageMeters.map((meter) => item[meter])].join(','));
  return [header, ...lines].map((line) => `${line}\r\n`).join('');
}
