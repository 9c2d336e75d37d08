export type { Cell, CellVerdict, MatrixColumn } from './judge-cells.ts'
export { type Matrix, matrix } from './matrix.ts'
export type { Residual } from './residuals.ts'
