import { away, inside, onRoot, run, type SvgAttack } from './attack.js';

export const scripts: SvgAttack[] = [
  inside('a script', `<script>${run}</script>`),
  inside('a script in CDATA', `<script><![CDATA[${run}]]></script>`),
  inside('a script of a type', `<script type="application/ecmascript">${run}</script>`),
  inside('a module', `<script type="module">${run}</script>`),
  inside('a script from elsewhere by href', `<script href="${away}"/>`),
  inside('a script from elsewhere by xlink:href', `<script xlink:href="${away}"/>`),
  inside('a script from data', `<script href="data:text/javascript,${encodeURIComponent(run)}"/>`),
  inside('a script under a prefix', `<s:script xmlns:s="http://www.w3.org/2000/svg">${run}</s:script>`),
  inside('a script of HTML', `<script xmlns="http://www.w3.org/1999/xhtml">${run}</script>`),
  inside(
    'a script of HTML under a prefix',
    `<h:script xmlns:h="http://www.w3.org/1999/xhtml">${run}</h:script>`,
  ),
  inside('a script in upper case', `<SCRIPT>${run}</SCRIPT>`),
  inside('a script in mixed case', `<ScRiPt>${run}</ScRiPt>`),
  inside('a script in a group', `<g><g><g><script>${run}</script></g></g></g>`),
  inside('a script in defs', `<defs><script>${run}</script></defs>`),
  inside('a script in a nested svg', `<svg><script>${run}</script></svg>`),
  inside('a script in a title', `<title><script>${run}</script></title>`),
  inside('a script in a desc', `<desc><script xmlns="http://www.w3.org/1999/xhtml">${run}</script></desc>`),
  inside('a script in a style', `<style><script>${run}</script></style>`),
  inside('a script written with entities', `<script>&#119;indow.top.ran=1;&#97;lert(1)</script>`),
  inside('two scripts, one in the other', `<script><script>${run}</script></script>`),
  inside('a script behind a comment that looks closed', `<!-- > --><script>${run}</script><!-- -->`),
  inside(
    'a handler element',
    `<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">${run}</handler>`,
  ),
  inside('a listener', '<listener event="load" handler="#h" xmlns="http://www.w3.org/2001/xml-events"/>'),
];

const events = [
  ...[
    'onload',
    'onerror',
    'onclick',
    'onmouseover',
    'onmousemove',
    'onfocus',
    'onfocusin',
    'onactivate',
    'onbegin',
  ],
  ...[
    'onend',
    'onrepeat',
    'onunload',
    'onresize',
    'onscroll',
    'onzoom',
    'onabort',
    'onwheel',
    'onpointerover',
  ],
  ...[
    'ontoggle',
    'onanimationstart',
    'ontransitionend',
    'onbeforetoggle',
    'oncontentvisibilityautostatechange',
  ],
];
export const handlers: SvgAttack[] = [
  ...events.map((event) =>
    onRoot(`${event} on the root`, `${event}="${run}" tabindex="1" autofocus="autofocus"`),
  ),
  inside('a handler on a shape', `<rect width="9" height="9" onload="${run}" onclick="${run}"/>`),
  inside('a handler in upper case', `<rect width="9" height="9" ONLOAD="${run}"/>`),
  inside('a handler under a prefix', `<rect xmlns:s="http://www.w3.org/2000/svg" s:onload="${run}"/>`),
  inside('a handler with a line break in it', `<rect onload="window&#10;.top.ran=1"/>`),
  inside('a handler on a gradient', `<linearGradient id="g" onload="${run}"/>`),
  inside('a handler on a title', `<title onload="${run}">x</title>`),
  inside('a handler on a text', `<text onmouseover="${run}">x</text>`),
];
