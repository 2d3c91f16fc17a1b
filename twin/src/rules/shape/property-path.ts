/** Property paths in Pulumi's notation: `spec.ports[0].name`, `metadata.labels["app.kubernetes.io/name"]`. */

const plainField = /^[A-Za-z_$][\w$-]*$/;

/** The path of a field or a list item below `path`. */
export function childPath(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${String(step)}]`;
  if (!plainField.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

/** Whether `path` is `ancestor` or lies below it. */
export function isWithin(path: string, ancestor: string): boolean {
  if (!path.startsWith(ancestor)) return false;
  const next = path.charAt(ancestor.length);
  return next === '' || next === '.' || next === '[';
}
