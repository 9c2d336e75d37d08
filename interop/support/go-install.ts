import { join } from 'node:path'
import type { InteropRun } from './interop-run.ts'

/** Without paths in what is built, Go's cache serves the scratch folders of all runs. */
export const GO_FLAGS = '-modcacherw -trimpath'

/** Milliseconds for a build, on a machine that does other work. */
export const GO_TIMEOUT = 2_400_000

/** Builds commands of a Go module in the scratch folder and returns their paths. Needs `go`. @throws Error with the output of `go` */
export async function goInstall(run: InteropRun, packages: readonly string[], version: string): Promise<readonly string[]> {
  const bin = join(run.scratch, 'bin')
  const env = { ...process.env, GOBIN: bin, GOPATH: join(run.scratch, 'go'), GOFLAGS: GO_FLAGS, GOTOOLCHAIN: 'local' }
  const wanted = packages.map((each) => `${each}@${version}`)
  run.say(`go install ${wanted.join(' ')}`)
  const { code, output } = await run.exec('go', ['install', ...wanted], { env, timeout: GO_TIMEOUT })
  if (code !== 0) throw new Error(`go install ended with exit code ${code}: ${output}`)
  return packages.map((each) => join(bin, each.split('/').at(-1) as string))
}
