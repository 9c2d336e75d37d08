/** Quoted texts and their escapes, those of CEL: `\\ \" \' \` \? \a \b \f \n \r \t \v \xHH \uHHHH \UHHHHHHHH \OOO`. */

/** An escape that is none: where it stands in the image, and how long it is. */
export interface BadEscape {
  readonly offset: number
  readonly length: number
}

const simple: Readonly<Record<string, string>> = {
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '?': '?',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.)|$)/gsu

/** The value of a text as it stands, quotes included (the closing one may be missing). */
export function readEscapes(image: string, bad: (found: BadEscape) => void): string {
  const quoted = image.length > 1 && image.endsWith(image[0] as string)
  const inner = image.slice(1, quoted ? -1 : undefined)
  if (!inner.includes('\\')) return inner
  return inner.replace(escapes, (all: string, x, u, U, octal, character, offset: number) => {
    const code = x ?? u ?? U
    const codePoint = code !== undefined ? Number.parseInt(code, 16) : octal !== undefined ? Number.parseInt(octal, 8) : null
    if (codePoint !== null && isCharacter(codePoint)) return String.fromCodePoint(codePoint)
    const plain = codePoint === null ? simple[character ?? ''] : undefined
    if (plain !== undefined) return plain
    bad({ offset: offset + 1, length: all.length })
    return ''
  })
}

/** A Unicode scalar value: no half of a surrogate pair. */
function isCharacter(codePoint: number): boolean {
  return codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
}
