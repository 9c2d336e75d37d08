/** Safe display of user text on a terminal: nothing in it may move the cursor, and columns must line up. */

/** Control characters and bidirectional marks, which could make the shown text differ from the real one. */
const unsafe = /(?!\t)\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu

/** Returns the text as shown: a tab as four spaces, unsafe characters as `�`. */
export function displayed(text: string): string {
  return text.replace(unsafe, '\uFFFD').replaceAll('\t', '    ')
}

const combining = /^(?:\p{Mn}|\p{Me}|\u200c|\u200d|\ufe0f)$/u
/** East Asian Wide and Fullwidth characters (UAX #11), and emoji with picture presentation. */
const wide = new RegExp(
  String.raw`^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3]` +
    String.raw`|[\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$`,
  'u',
)

/** Returns the number of columns that a shown text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (character <= '~') width += 1
    else if (!combining.test(character)) width += wide.test(character) ? 2 : 1
  }
  return width
}
