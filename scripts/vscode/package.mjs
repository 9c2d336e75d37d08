// `npm run package:vscode -- FILE.vsix`: builds the extension and packs it with `@vscode/vsce`, which needs Node 22 or newer. `npm exec` installs both at the
// pinned versions into npm's cache; neither is a dependency of the product. The content is the same for the same sources: vsce sorts the files, and
// their time stamps are SOURCE_DATE_EPOCH.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { stage, stageExtension } from './stage.mjs'

const NODE = 'node@24.21.0'
const VSCE = '@vscode/vsce@4.1.0'

/** 1980-01-02, as a ZIP file knows no time before 1980. */
const EPOCH = '315619200'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: npm run package:vscode -- FILE.vsix')
  process.exit(2)
}
await stageExtension()
// The project refuses packages for a newer Node. Here the newer Node is one of the packages.
const words = [
  'exec',
  '--yes',
  '--engine-strict=false',
  '--loglevel=error',
  `--package=${NODE}`,
  `--package=${VSCE}`,
  '--',
  'vsce',
  'package',
  '--no-dependencies',
]
const { status, error } = spawnSync('npm', [...words, '--out', resolve(file)], {
  cwd: stage,
  stdio: 'inherit',
  env: { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? EPOCH },
})
if (error !== undefined) console.error(`cannot run npm: ${error.message}`)
process.exitCode = status ?? 2
