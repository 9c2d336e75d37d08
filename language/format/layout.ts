/** Columns of a line, where the text leaves a choice. */
export const WIDTH = 100
