/** What a registration says, judged without looking at anything else. */
import * as z from 'zod/mini';

export interface Registration {
  email: string;
  password: string;
}

const body = z.strictObject({ email: z.string(), password: z.string() });

/** RFC 5321, 4.5.3.1: a path of 256 characters holds an address of 254. */
const longestEmail = 254;
const longestPasswordBytes = 1_024;
/** One @, a name before it, and a domain of at least two labels behind it; whether it exists, only a message could tell. */
const emailFormat =
  /^[^\s@"(),:;<>[\\\]\p{Cc}]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u;

/** The registration in a JSON text, or the sentence that says what is wrong with it. */
export function parseRegistration(text: string, minPasswordLength: number): Registration | string {
  const parsed = body.safeParse(jsonOf(text));
  if (!parsed.success) return 'The body must be {"email": "...", "password": "..."} and nothing else.';
  const { email, password } = parsed.data;
  if (email.length > longestEmail || !emailFormat.test(email)) return 'email must be an e-mail address.';
  if (!password.isWellFormed() || Buffer.byteLength(password) > longestPasswordBytes)
    return `password must not be longer than ${longestPasswordBytes} bytes.`;
  if (password.length < minPasswordLength)
    return `password must have at least ${minPasswordLength} characters.`;
  return { email: sameEmail(email), password };
}

/** Addresses that differ only in case reach the same person. */
function sameEmail(email: string): string {
  return email.normalize('NFC').toLowerCase();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
