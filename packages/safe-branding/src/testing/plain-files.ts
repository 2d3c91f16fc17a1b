/** What drawing programs write, which must come through as it looks. */
export const plainFiles: readonly {
  readonly name: string;
  readonly svg: string;
  readonly keeps: readonly string[];
}[] = [
  {
    name: 'a style sheet in CDATA, a document type, classes (Illustrator)',
    svg: `<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="Layer_1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" x="0px" y="0px" viewBox="0 0 48 48" style="enable-background:new 0 0 48 48;" xml:space="preserve">
<style type="text/css"><![CDATA[
	.st0{fill:#E6332A;}
	.st1{clip-path:url(#SVGID_2_);fill-rule:evenodd;clip-rule:evenodd;}
]]></style>
<g><defs><rect id="SVGID_1_" width="48" height="48"/></defs><clipPath id="SVGID_2_"><rect width="48" height="48"/></clipPath>
<path class="st0 st1" d="M2,2h44v44H2z"/></g></svg>`,
    keeps: ['.st0{fill:#E6332A}', 'clip-path:url(#SVGID_2_)', 'd="M2,2h44v44H2z"', 'viewBox="0 0 48 48"'],
  },
  {
    name: 'a gradient by xlink:href and styles of elements (Inkscape)',
    svg: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:version="1.3" width="10mm" height="10mm" viewBox="0 0 10 10">
<defs><linearGradient id="a"><stop style="stop-color:#000;stop-opacity:1" offset="0"/></linearGradient><linearGradient xlink:href="#a" id="b" gradientUnits="userSpaceOnUse" gradientTransform="translate(1 2)"/></defs>
<g inkscape:label="Layer 1" inkscape:groupmode="layer" transform="matrix(1,0,0,1,2,3)"><circle style="fill:url(#b);stroke-width:0.2" cx="5" cy="5" r="4"/></g></svg>`,
    keeps: ['href="#a"', 'stop-color:#000', 'fill:url(#b)', 'transform="matrix(1,0,0,1,2,3)"', 'r="4"'],
  },
  {
    name: 'attributes alone (Figma)',
    svg: `<svg width="24" height="24" viewBox="0 0 24 24" fill="none" xmlns="http://www.w3.org/2000/svg"><g clip-path="url(#clip0)"><path fill-rule="evenodd" clip-rule="evenodd" d="M0 0H24V24H0Z" fill="url(#paint0)" fill-opacity="0.5" stroke="rgb(1, 2, 3)"/><text x="1" y="2" font-family="Inter, sans-serif" font-size="4" text-anchor="middle">Acme &amp; Söhne</text></g><defs><radialGradient id="paint0" cx="0" cy="0" r="1" gradientUnits="userSpaceOnUse"><stop stop-color="white"/></radialGradient><clipPath id="clip0"><rect width="24" height="24" fill="white"/></clipPath></defs></svg>`,
    keeps: [
      'clip-path="url(#clip0)"',
      'fill="url(#paint0)"',
      'Acme &amp; Söhne',
      'stroke="rgb(1, 2, 3)"',
      'font-family',
    ],
  },
];
