import type { Output } from './io.ts'
import type { Stop } from './stop.ts'
import { paint } from './style.ts'

/** Why a command cannot be carried out, and what to do. */
export function writeStop(output: Output, { message, help }: Stop): void {
  const style = paint(output)
  output.write(`${style.red('error')}: ${message}\n`)
  if (help !== null) output.write(`  ${style.cyan('help')}: ${help}\n`)
}
