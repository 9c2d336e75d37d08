export type { Cell, CellVerdict, MatrixColumn } from './judge-cells.ts'
export { type Matrix, type MatrixRow, matrix, matrixInSteps } from './matrix.ts'
export type { Residual } from './residuals.ts'
