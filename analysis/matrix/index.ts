export type { Cell, Column, Verdict } from './judge-cells.ts'
export { type Matrix, matrix } from './matrix.ts'
export type { Residue } from './residues.ts'
