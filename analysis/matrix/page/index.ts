/** The access matrix as a page, and its parts in words. */

export { matrixHtml } from './matrix-html.ts'
export { visible } from './visible.ts'
export type { DatedMatrix } from './words.ts'
export { cellLines, columnText, countsText, hostsText, methodsText, needsText, sizeText } from './words.ts'
