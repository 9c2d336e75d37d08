import type { TextRead } from './page-files.ts'

/** Maximum bytes of a logo, and pixels of each side: pages include the image, and a browser decodes it. */
export const LARGEST_LOGO = 32_768
const MOST_PIXELS = 1024

/**
 * Checks the bytes of a logo, and returns it as a `data:` URL. Only PNG and WebP are accepted: an SVG image is a document, which
 * may hold scripts and load others. The type is that of the bytes, whatever the name of the file says.
 */
export function readLogo(bytes: Buffer): TextRead<string> {
  const image = pngOf(bytes) ?? webpOf(bytes)
  if (image === null) return refused('expected a PNG or WebP image; convert an SVG image to one of them')
  const { type, width, height } = image
  if (width < 1 || height < 1 || width > MOST_PIXELS || height > MOST_PIXELS)
    return refused(`the image has ${width} x ${height} pixels, expected at most ${MOST_PIXELS} x ${MOST_PIXELS}`)
  return { ok: true, value: `data:${type};base64,${bytes.toString('base64')}` }
}

interface Image {
  readonly type: string
  readonly width: number
  readonly height: number
}

const PNG = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')

/** PNG, third edition, sections 5.2 and 11.2.1. */
function pngOf(bytes: Buffer): Image | null {
  if (bytes.length < 33 || !bytes.subarray(0, PNG.length).equals(PNG)) return null
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** RFC 9649, sections 2.4 to 2.7, and RFC 6386, section 9.1. */
function webpOf(bytes: Buffer): Image | null {
  if (bytes.length < 30 || textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WEBP') return null
  const type = 'image/webp'
  switch (textAt(bytes, 12)) {
    case 'VP8 ':
      return { type, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const sizes = bytes.readUInt32LE(21)
      return { type, width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    default:
      return null
  }
}

function textAt(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, start + 4)
}

function refused(message: string): TextRead<string> {
  return { ok: false, problems: [{ line: 1, column: 1, message }] }
}
