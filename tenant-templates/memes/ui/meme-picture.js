const svgNamespace = 'http://www.w3.org/2000/svg';
const width = 640;
const lineHeight = 44;
const charactersPerLine = 24;

/** A picture of the text. Made of nodes whose content is text, so that whatever a meme says stays text. */
export function drawMeme(text) {
  const lines = text.split('\n').flatMap(wrapped);
  const height = Math.max(320, (lines.length + 2) * lineHeight);
  const picture = node('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' });
  const title = node('title', {});
  title.textContent = text;
  picture.append(title, node('rect', { width, height, fill: '#202020' }), ...shapes(text, height));
  lines.forEach((line, index) => {
    const top = index < lines.length / 2;
    const y = top ? (index + 1.4) * lineHeight : height - (lines.length - index - 0.4) * lineHeight;
    picture.append(lineOf(line, y));
  });
  return picture;
}

function wrapped(paragraph) {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1);
    if (last !== '' && last.length + word.length >= charactersPerLine) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

function lineOf(text, y) {
  const line = node('text', {
    x: width / 2,
    y,
    'text-anchor': 'middle',
    'font-family': 'Impact, "Arial Black", sans-serif',
    'font-size': 36,
    fill: '#ffffff',
    stroke: '#000000',
    'stroke-width': 2,
    'paint-order': 'stroke',
  });
  if (text.length > charactersPerLine) {
    line.setAttribute('textLength', String(width - 40));
    line.setAttribute('lengthAdjust', 'spacingAndGlyphs');
  }
  line.textContent = text;
  return line;
}

/** A background that belongs to the text. */
function shapes(text, height) {
  let seed = 7;
  for (const character of text) seed = (seed * 31 + character.codePointAt(0)) % 360;
  return [0, 1, 2].map((index) =>
    node('circle', {
      cx: (seed * (index + 2) * 37) % width,
      cy: (seed * (index + 3) * 53) % height,
      r: 90 + ((seed * (index + 1)) % 90),
      fill: `hsl(${(seed + index * 80) % 360} 60% 45%)`,
      opacity: 0.55,
    }),
  );
}

function node(name, attributes) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
