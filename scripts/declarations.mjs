// The declarations of what other programs import: those that tsc makes of the sources, as far as the entry is made of them, in `dist/types/`.
// No tool that rolls declarations into one file is needed for that, and what an editor shows is what was checked.
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'

/** @param {string} root @param {readonly string[]} entries as tsc names them under its output folder */
export async function writeDeclarations(root, entries) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-b', ...entries.map((entry) => dirname(entry))], { cwd: root, stdio: 'inherit' })
  const target = join(root, 'dist/types')
  const texts = new Map()
  for (const pending = [...entries]; pending.length > 0; ) {
    const name = pending.pop()
    if (texts.has(name)) continue
    const text = await readFile(join(root, '.tsbuild', name), 'utf8')
    texts.set(name, text.replace(SPECIFIER, '$1.js$2'))
    // Examples in comments import the package, and others that their readers have.
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '')
    for (const [, specifier] of code.matchAll(RELATIVE)) pending.push(posix.join(posix.dirname(name), `${specifier}.d.ts`))
    const packages = [...code.matchAll(/from '([^.'][^']*)'/g)].map(([, specifier]) => specifier)
    // Whoever installs the package has no other: a type of one would be `any` there.
    if (packages.length > 0) throw new Error(`${name} tells of types of ${packages.join(', ')}`)
  }
  // What somebody is reading stays until it is replaced.
  for (const [name, text] of texts) {
    await mkdir(dirname(join(target, name)), { recursive: true })
    await writeFile(join(target, name), text)
  }
  return [...texts.keys()].sort()
}

const RELATIVE = /from '(\.[^']*)\.ts'/g
const SPECIFIER = /(from '\.[^']*)\.ts(')/g
