import { buildProgram } from '../run-program.ts'

/** The program, and beside it the engines, which it loads anew for each contestant. */
export async function buildDecisions(root: string): Promise<string> {
  await buildProgram(root, 'bench/decisions/open-engine.ts')
  return buildProgram(root, 'bench/decisions/program.ts')
}
