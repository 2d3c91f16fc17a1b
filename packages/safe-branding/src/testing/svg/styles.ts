import { away, inside, open, run, whole, type SvgAttack } from './attack.js';

export const css: SvgAttack[] = [
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
