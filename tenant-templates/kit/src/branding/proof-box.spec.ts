import { describe, expect, it } from 'vitest';
import { linkedFiles, proofBox } from './proof-box.js';

const files = ['/ui/_kit.css?v=1', '/ui/_proof.js?v=1', '/ui/app.css?v=1', '/ui/app.js?v=1'];

describe('the page of a product', () => {
  it('has no box for a proof where nobody is asked who calls, and no script for it', () => {
    expect(proofBox('off')).toBe('');
    expect(linkedFiles(files, 'off')).toEqual(['/ui/_kit.css?v=1', '/ui/app.css?v=1', '/ui/app.js?v=1']);
  });

  it.each([
    ['jwt', 'Your token <'],
    ['api-key', 'Your API key <'],
    ['any', 'Your token or API key <'],
  ] as const)('with the parameter auth %s asks for what is taken', (mode, label) => {
    expect(proofBox(mode)).toContain(label);
    expect(linkedFiles(files, mode)).toEqual(files);
  });

  it('has no name on the field, so that the proof is never sent in a URL', () => {
    expect(proofBox('any')).not.toMatch(/<input[^>]*\bname=/);
  });
});
