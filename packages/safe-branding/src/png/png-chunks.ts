import { crc32 } from 'node:zlib';
import { UnsafeImageError } from '../images/image.js';

/** https://www.w3.org/TR/png-3/#5PNG-file-signature */
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  readonly interlaced: boolean;
}

export interface PngParts {
  readonly header: PngHeader;
  /** The compressed pixels. */
  readonly data: Buffer;
  /** A PNG of the chunks that make up the picture: no text, no profile, no animation, nothing behind its end. */
  readonly bare: Buffer;
}

/** Channels and bit depths of each colour type: https://www.w3.org/TR/png-3/#table111 */
const colourTypes: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

const kept = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

/** Takes a PNG apart without decompressing anything. @throws UnsafeImageError */
export function readPngChunks(bytes: Uint8Array): PngParts {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, 8).equals(signature)) throw new UnsafeImageError('This is not a PNG.');
  const chunks = [...chunksOf(file)];
  const [first] = chunks;
  if (first?.name !== 'IHDR') throw broken('it does not begin with its header');
  const named = (name: string) => chunks.filter((chunk) => chunk.name === name);
  if (named('IHDR').length !== 1 || named('PLTE').length > 1 || named('tRNS').length > 1) {
    throw broken('a part that may come once comes twice');
  }
  if (named('IDAT').length === 0) throw broken('it has no pixels');
  return {
    header: readHeader(first.data),
    data: Buffer.concat(named('IDAT').map(({ data }) => data)),
    bare: Buffer.concat([
      signature,
      ...chunks.filter(({ name }) => kept.includes(name)).map(({ whole }) => whole),
    ]),
  };
}

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
  readonly whole: Buffer;
}

/** Up to IEND; what follows it belongs to no PNG. */
function* chunksOf(file: Buffer): Generator<Chunk> {
  for (let at = signature.length; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) break;
    const name = file.toString('latin1', at + 4, at + 8);
    const data = file.subarray(at + 8, end - 4);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) {
      throw broken('a checksum does not fit');
    }
    yield { name, data, whole: file.subarray(at, end) };
    if (name === 'IEND') return;
    at = end;
  }
  throw broken('it ends too early');
}

function readHeader(data: Buffer): PngHeader {
  if (data.length !== 13) throw broken('its header has another length');
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colourType, interlace] = [data.readUInt8(8), data.readUInt8(9), data.readUInt8(12)];
  const form = colourTypes[colourType];
  if (width === 0 || height === 0 || interlace > 1 || !form?.depths.includes(depth))
    throw broken('its header is not valid');
  return { width, height, bitsPerPixel: form.channels * depth, interlaced: interlace === 1 };
}

function broken(why: string): UnsafeImageError {
  return new UnsafeImageError(`The PNG is broken: ${why}. Export it again.`);
}
