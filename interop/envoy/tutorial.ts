import { dirname } from 'node:path'
import { freePorts } from '../../tests/support/listening-program.ts'
import { startPageRun, stepsOf } from '../../tests/tutorials/run-page.ts'
import type { InteropRun } from '../support/interop-run.ts'

const PAGE = 'docs/tutorials/behind-envoy.md'

/** Follows the tutorial: its files and its commands, the one that starts Envoy included. */
export async function tutorialCases(run: InteropRun, program: string): Promise<void> {
  process.env.PATH = `${dirname(program)}:${process.env.PATH}`
  const [front = 0, checks = 0] = await freePorts(2)
  const page = await startPageRun({ ports: { 8000: front, 9001: checks }, wait: 30_000 })
  run.defer(() => page.close())
  for (const step of stepsOf(PAGE))
    await run.check(`tutorial: ${step.kind === 'file' ? step.path : step.command.replaceAll('\n', '; ')}`, () => page.take(step))
}
