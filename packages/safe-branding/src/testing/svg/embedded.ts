import { away, inside, run, type SvgAttack } from './attack.js';

export const embedded: SvgAttack[] = [
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

export const animations: SvgAttack[] = [
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
