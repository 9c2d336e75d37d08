/** The access matrix as a page, and its parts in words. */

export { visible } from './markup.ts'
export { matrixHtml } from './matrix-html.ts'
export type { DatedMatrix } from './words.ts'
export { cellLines, columnText, countsText, hostsText, methodsText, needsText, sizeText } from './words.ts'
