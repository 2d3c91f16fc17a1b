import { away, doubling, inside, open, run, whole, type SvgAttack } from './attack.js';

export const documents: SvgAttack[] = [
  whole(
    'entities that grow',
    `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>${open}<text>&b;</text></svg>`,
  ),
  whole(
    'an entity of the file system',
    `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${open}<text>&x;</text></svg>`,
  ),
  whole('an entity from elsewhere', `<!DOCTYPE svg [<!ENTITY % x SYSTEM "${away}"> %x;]>${open}</svg>`),
  whole(
    'an attribute by a document type',
    `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "${run}">]>${open}</svg>`,
  ),
  whole('a document type in small letters', `<!doctype svg [<!entity x "y">]>${open}</svg>`),
  whole(
    'an external document type',
    `<!DOCTYPE svg SYSTEM "${away}">${open}<rect width="9" height="9"/></svg>`,
    'harmless',
  ),
  whole(
    'UTF-16, little end first',
    new Uint8Array(
      Buffer.concat([
        Buffer.from([0xff, 0xfe]),
        Buffer.from(`${open}<script>${run}</script></svg>`, 'utf16le'),
      ]),
    ),
  ),
  whole(
    'UTF-16, big end first',
    new Uint8Array(
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(`${open}</svg>`, 'utf16le').swap16()]),
    ),
  ),
  whole('UTF-16 without its mark', new Uint8Array(Buffer.from(`${open}</svg>`, 'utf16le'))),
  whole(
    'UTF-7 by its name',
    `<?xml version="1.0" encoding="UTF-7"?>${open}+ADw-script+AD4-${run}+ADw-/script+AD4-</svg>`,
  ),
  whole('UTF-16 by its name', `<?xml version="1.0" encoding="UTF-16"?>${open}</svg>`),
  whole('ISO-2022-JP by its name', `<?xml version='1.0' encoding='ISO-2022-JP'?>${open}</svg>`),
  whole(
    'bytes that are no UTF-8',
    new Uint8Array(Buffer.concat([Buffer.from(open), Buffer.from([0xc0, 0xbc]), Buffer.from('</svg>')])),
  ),
  whole(
    'an overlong form of a bracket',
    new Uint8Array(
      Buffer.concat([
        Buffer.from(`${open}<text>`),
        Buffer.from([0xc0, 0xbc, 0x73]),
        Buffer.from('</text></svg>'),
      ]),
    ),
  ),
  whole('a NUL in a name', `${open}<scr\0ipt>${run}</scr\0ipt></svg>`),
  whole(
    'a mark of byte order',
    `\ufeff${open}<script>${run}</script><rect width="9" height="9"/></svg>`,
    'harmless',
  ),
  whole('HTML by itself', `<!doctype html><script>${run}</script>`),
  whole('HTML after the root', `${open}</svg><script>${run}</script>`),
  whole('two roots', `${open}</svg>${open}</svg>`),
  whole('a root without its namespace', `<svg><script>${run}</script></svg>`),
  whole(
    'a root of another namespace',
    `<svg xmlns="http://www.w3.org/1999/xhtml"><script>${run}</script></svg>`,
  ),
  whole(
    'a root under a prefix',
    `<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>${run}</s:script></s:svg>`,
  ),
  whole('a page as the root', `<html xmlns="http://www.w3.org/1999/xhtml"><body onload="${run}"/></html>`),
  whole('a script as the root', `<script xmlns="http://www.w3.org/2000/svg">${run}</script>`),
  whole('an end that is missing', `${open}<script>${run}`),
  whole('nothing', ''),
  whole('spaces', '   \n'),
  whole('JSON', '{"svg": true}'),
  whole('a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  whole('gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])),
  whole('a hundred thousand elements', `${open}${'<g/>'.repeat(100_000)}</svg>`),
  whole('a hundred levels', `${open}${'<g>'.repeat(100)}${'</g>'.repeat(100)}</svg>`),
  whole('an attribute twice', `<svg xmlns="http://www.w3.org/2000/svg" id="a" id="b"></svg>`),
  inside(
    'masks of masks, doubling',
    `<defs>${doubling('rect', 'mask', (id) => `url(#${id})`, 'mask')}</defs><rect mask="url(#n29)" width="9" height="9"/>`,
  ),
  inside(
    'clips of clips, doubling',
    `<defs>${doubling('rect', 'clip-path', (id) => `url(#${id})`, 'clipPath')}</defs><rect clip-path="url(#n29)" width="9" height="9"/>`,
  ),
  inside(
    'patterns of patterns, doubling',
    `<defs>${doubling('rect', 'fill', (id) => `url(#${id})`, 'pattern')}</defs><rect fill="url(#n29)" width="9" height="9"/>`,
  ),
  inside(
    'names that clobber a document',
    '<g id="body"/><g id="attributes"/><g id="parentNode"/><g id="nodeName"/>',
  ),
  inside('data attributes', `<rect data-x="${run}" aria-label="${run}" width="9" height="9"/>`),
];
