/** Columns of a line, where the text leaves a choice. */
export const WIDTH = 100
/** Those of a row of `cases`, which is a table, and read across. */
export const TABLE_WIDTH = 160
