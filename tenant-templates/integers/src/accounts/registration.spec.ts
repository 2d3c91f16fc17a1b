import { describe, expect, it } from 'vitest';
import { parseRegistration } from './registration.js';
import { hashPassword, isPassword } from './password-hash.js';
import { apiKeyOf, newApiKey } from './api-key.js';

describe('a registration', () => {
  it('is of the same address whatever the case of its letters', () => {
    const parse = (email: string) => parseRegistration(JSON.stringify({ email, password: 'x' }), 1);
    expect(parse('ADA@Example.COM')).toEqual({ email: 'ada@example.com', password: 'x' });
    expect(parse('ada+1@xn--exmple-cua.example')).toEqual({
      email: 'ada+1@xn--exmple-cua.example',
      password: 'x',
    });
  });

  it('needs a password as long as the tenant asks for', () => {
    const parse = (password: string) =>
      parseRegistration(JSON.stringify({ email: 'a@b.example', password }), 8);
    expect(parse('1234567')).toBe('password must have at least 8 characters.');
    expect(parse('12345678')).toEqual({ email: 'a@b.example', password: '12345678' });
  });
});

describe('a password', () => {
  it('is known again by its hash, which no two passwords share', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await isPassword('correct horse', one)).toBe(true);
    expect(await isPassword('correct house', one)).toBe(false);
    expect(await isPassword('correct horse', 'plain text')).toBe(false);
  });
});

describe('an API key', () => {
  it('is found behind any spelling of Bearer, and nowhere else', () => {
    const key = newApiKey();
    expect(apiKeyOf(`bearer  ${key}`)).toBe(key);
    for (const header of [undefined, key, `Bearer ${key}x`, `Bearer ${key} x`, [`Bearer ${key}`]])
      expect(apiKeyOf(header)).toBeUndefined();
  });
});
