import { buildProgram } from '../../run-program.ts'
import { AUDIENCE, type Stage } from '../stage.ts'

/** The service that a proxy asks whether a request may pass. */
export async function startCheck(stage: Stage, name: string) {
  const program = await buildProgram(stage.root, 'bench/carry/peers/check.ts')
  const port = await stage.freePort()
  const pid = await stage.run(`${name} check`, port, process.execPath, [program], {
    PORT: String(port),
    ISSUER: stage.issuer,
    AUDIENCE,
  })
  return { port, pid }
}
