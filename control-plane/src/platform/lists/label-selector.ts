import { AppError } from '../app-error.js';
import type { Bind } from './filter-sql.js';

const term = /^(?:(!)([\w./-]{1,63})|([\w./-]{1,63})(?:(==?|!=)([\w.-]{0,63}))?)$/;

/**
 * A label selector as Kubernetes has it (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors),
 * equality and presence: `tier=gold,region!=eu,beta,!legacy`. All its terms must hold.
 * @throws AppError `invalid_labels`
 */
export function labelSelectorSql(selector: string, column: string, bind: Bind): string[] {
  return selector
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => termSql(part, `q.${column}`, bind));
}

function termSql(part: string, column: string, bind: Bind): string {
  const [matched, absent, missing, label, operator, value] = term.exec(part) ?? [];
  if (matched === undefined) throw invalid(part);
  if (absent !== undefined) return `(not ${column} ? ${bind(missing)}::text)`;
  if (operator === undefined) return `(${column} ? ${bind(label)}::text)`;
  const has = `${column} @> jsonb_build_object(${bind(label)}::text, ${bind(value)}::text)`;
  return operator === '!=' ? `(not (${has}))` : `(${has})`;
}

function invalid(part: string): AppError {
  const message = `has the term "${part.slice(0, 80)}"; a term is name, !name, name=value or name!=value`;
  return new AppError('malformed', 'invalid_labels', {
    publicMessage: `The label selector ${message}.`,
    errors: [{ pointer: 'labels', message }],
  });
}
