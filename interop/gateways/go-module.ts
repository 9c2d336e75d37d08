import { join } from 'node:path'
import type { InteropRun } from '../support/interop-run.ts'

/** Environment of `go` with the folders of a run. */
export function goEnvironment(run: InteropRun): NodeJS.ProcessEnv {
  return { ...process.env, GOPATH: join(run.scratch, 'go'), GOFLAGS: '-modcacherw -mod=mod', GOTOOLCHAIN: 'local' }
}

/** Downloads a Go module into the scratch folder. Returns its folder. Needs `go`. @throws Error with the output of `go` */
export async function downloadModule(run: InteropRun, module: string, version: string): Promise<string> {
  run.say(`go mod download ${module}@${version}`)
  const args = ['mod', 'download', '-json', `${module}@${version}`]
  const { code, output } = await run.exec('go', args, { env: goEnvironment(run) })
  if (code !== 0) throw new Error(`go mod download ended with exit code ${code}: ${output}`)
  return (JSON.parse(output) as { readonly Dir: string }).Dir
}
