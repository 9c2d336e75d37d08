/** Returns a table of ASCII codes with 1 for each character of `text`. */
export function characterTable(text: string): Uint8Array {
  const table = new Uint8Array(128)
  for (let i = 0; i < text.length; i++) table[text.charCodeAt(i)] = 1
  return table
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz'
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const DIGITS = '0123456789'

const hexDigits = characterTable(`${DIGITS}abcdefABCDEF`)

/** Returns whether there is a hexadecimal digit at the index. False beyond the end. */
export function isHexDigitAt(text: string, index: number): boolean {
  return hexDigits[text.charCodeAt(index)] === 1
}
