import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import type { InteropRun } from '../support/interop-run.ts'
import { root } from '../support/root.ts'

/** Files of the package that are no part of the extension. */
const ENVELOPE = ['[Content_Types].xml', 'extension.vsixmanifest']

/** Packs the extension twice. Returns the files of the extension by path. */
export async function packageExtension(run: InteropRun): Promise<ReadonlyMap<string, Uint8Array>> {
  const [first, second] = [await pack(run, 'first.vsix'), await pack(run, 'second.vsix')]
  await run.check('two packages of the same sources are equal', () => deepEqual(second.equals(first), true))
  const files = Object.entries(unzipSync(first))
  const own = files.flatMap(([path, content]) =>
    ENVELOPE.includes(path) ? [] : [[path.replace('extension/', ''), content] as const],
  )
  const names = own.map(([path]) => path)
  run.say(`      ${files.length} files, ${first.length} bytes: ${names.join(', ')}`)
  await run.check('the package has none of the sources', () => {
    deepEqual(
      names.filter((name) => /\.ts$|\.map$|node_modules|tsconfig/.test(name)),
      [],
    )
  })
  await run.check('no file names a folder of the machine that built it', () => {
    const found = own.filter(([, content]) => Buffer.from(content).includes(root))
    deepEqual(
      found.map(([path]) => path),
      [],
    )
  })
  return new Map(own)
}

async function pack(run: InteropRun, name: string): Promise<Buffer> {
  const file = join(run.scratch, name)
  const { code, output } = await run.exec('npm', ['run', '--silent', 'package:vscode', '--', file], { cwd: root })
  if (code !== 0) throw new Error(`npm run package:vscode ended with exit code ${code}: ${output.slice(-2000)}`)
  return readFileSync(file)
}
