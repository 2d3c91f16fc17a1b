/** One thing that doctor looks at. */
export interface Finding {
  name: string;
  status: 'ok' | 'warn' | 'fail';
  message: string;
}

export function ok(name: string, message: string): Finding {
  return { name, status: 'ok', message };
}

export function warn(name: string, message: string): Finding {
  return { name, status: 'warn', message };
}

export function fail(name: string, message: string): Finding {
  return { name, status: 'fail', message };
}
