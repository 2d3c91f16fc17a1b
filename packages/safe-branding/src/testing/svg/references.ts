import { away, doubling, inside, onRoot, run, type SvgAttack } from './attack.js';

export const references: SvgAttack[] = [
  inside('a link that runs', `<a href="javascript:${run}"><rect width="9" height="9"/></a>`),
  inside('a link that runs by xlink', `<a xlink:href="javascript:${run}"><rect width="9" height="9"/></a>`),
  inside(
    'a link with a tab in its scheme',
    `<a href="java&#9;script:${run}"><rect width="9" height="9"/></a>`,
  ),
  inside('a link with control characters before it', `<a href=" &#10;javascript:${run}"><text>x</text></a>`),
  inside('a link to data', `<a href="data:text/html,&lt;script&gt;${run}&lt;/script&gt;"><text>x</text></a>`),
  inside('a link elsewhere', `<a href="${away}" target="_top"><text>x</text></a>`),
  inside('an image from elsewhere', `<image href="${away}" width="9" height="9"/>`),
  inside('an image from elsewhere by xlink', `<image xlink:href="${away}" width="9" height="9"/>`),
  inside('an image without a scheme', '<image href="//attacker.invalid/x" width="9" height="9"/>'),
  inside(
    'an image of data',
    `<image href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' onload='${encodeURIComponent(run)}'/%3E"/>`,
  ),
  inside('an image of the file system', '<image href="file:///etc/passwd" width="9" height="9"/>'),
  inside('a use of another file', `<use href="${away}#a"/>`),
  inside(
    'a use of data',
    `<use href="data:image/svg+xml,%3Csvg id='x' xmlns='http://www.w3.org/2000/svg'%3E%3Cscript%3E${encodeURIComponent(run)}%3C/script%3E%3C/svg%3E#x"/>`,
  ),
  inside('a use of itself', '<g id="a"><use href="#a"/><use href="#a"/></g>'),
  inside(
    'a use of a use, doubling',
    `<defs>${doubling('use', 'href', (id) => `#${id}`)}</defs><use href="#n29"/>`,
  ),
  inside('a gradient from elsewhere', `<linearGradient id="g" href="${away}#g"/>`),
  inside('a gradient from elsewhere by xlink', `<linearGradient id="g" xlink:href="${away}#g"/>`),
  inside('a path along another file', `<text><textPath href="${away}#p">x</textPath></text>`),
  inside(
    'a filter that loads',
    `<filter id="f"><feImage href="${away}"/></filter><rect filter="url(#f)" width="9" height="9"/>`,
  ),
  inside('a filter elsewhere', `<rect filter="url(${away}#f)" width="9" height="9"/>`),
  inside('a fill elsewhere', `<rect fill="url(${away}#f)" width="9" height="9"/>`),
  inside('a fill elsewhere, quoted', `<rect fill="url('${away}#f')" width="9" height="9"/>`),
  inside('a fill elsewhere with an escape', `<rect fill="u\\72l(${away})" width="9" height="9"/>`),
  inside('a fill elsewhere in upper case', `<rect fill="URL(${away})" width="9" height="9"/>`),
  inside('a fill elsewhere after a local one', `<rect fill="url(#a) url(${away})" width="9" height="9"/>`),
  inside('a mask elsewhere', `<rect mask="url(${away}#m)" width="9" height="9"/>`),
  inside('a clip elsewhere', `<rect clip-path="url(${away}#c)" width="9" height="9"/>`),
  inside('a marker elsewhere', `<path d="M0 0L9 9" marker-end="url(${away}#m)"/>`),
  inside('a cursor elsewhere', `<rect cursor="url(${away}),auto" width="9" height="9"/>`),
  inside('a tref', `<text><tref href="${away}#t"/></text>`),
  inside(
    'a font from elsewhere',
    `<font-face><font-face-src><font-face-uri href="${away}"/></font-face-src></font-face>`,
  ),
  inside(
    'an include',
    `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>`,
  ),
  onRoot('a base of the root', `xml:base="${away}"`),
  onRoot(
    'a place of a schema',
    `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${away} ${away}"`,
  ),
];
