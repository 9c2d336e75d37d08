export { type Column, columnsOf } from './columns.ts'
export type { Cell, Verdict } from './judge-cells.ts'
export { type Matrix, type MatrixRow, matrix } from './matrix.ts'
export type { Residue } from './residues.ts'
