export type { Column } from './columns.ts'
export type { Cell, Verdict } from './judge-cells.ts'
export { type Matrix, matrix } from './matrix.ts'
export type { Residue } from './residues.ts'
