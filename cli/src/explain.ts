import { ApiError, UnreachableError } from '@leasehold/api-client';

/** What a person reads when a command fails: a sentence, the wrong fields, and the id to ask support about. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) return explainRefusal(error);
  if (error instanceof UnreachableError)
    return `${error.message} Is it running? \`npm start\` starts it; LEASEHOLD_URL says where it is.`;
  return error instanceof Error ? error.message : String(error);
}

function explainRefusal({ problem, retryAfter }: ApiError): string {
  const lines = [problem.detail];
  const more = (problem.errors ?? []).filter(({ message }) => !problem.detail.includes(message));
  for (const { pointer, message } of more)
    lines.push(`  ${pointer === '' ? '(whole document)' : pointer}: ${message}`);
  if (retryAfter !== undefined) lines.push(`Try again in ${retryAfter} s.`);
  if (problem.status === 401)
    lines.push('The key comes from LEASEHOLD_API_KEY, else from admin.key in the data folder.');
  lines.push(`(${problem.code}${problem.requestId === '' ? '' : `, request ${problem.requestId}`})`);
  return lines.join('\n');
}
