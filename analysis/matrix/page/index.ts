/** The access matrix as a page, and its parts in words. */
export type { DatedMatrix } from './dated-matrix.ts'
export { matrixHtml } from './matrix-html.ts'
export { visible } from './visible.ts'
export { cellLines, columnText, countsText, hostsText, methodsText, needsText, sizeText } from './words.ts'
