import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../', import.meta.url))

/**
 * Writes `NAME.LEGAL.txt` beside a built file: the license of each package that has code in it, and what esbuild found in comments.
 *
 * @param {import('esbuild').BuildResult} result with its metafile
 * @param {string} name path of the built file, from the root of the project
 * @param {string} [root] of the project, for a script that is bundled
 * @throws Error if a package has no license
 */
export async function writeLegal({ metafile }, name, root = project) {
  const file = join(root, `${name}.LEGAL.txt`)
  const comments = await readFile(file, 'utf8').catch(() => '')
  const output = metafile.outputs[name]
  const folders = new Set(Object.keys(output.inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []))
  const parts = []
  for (const folder of [...folders].sort()) {
    const { name: packageName, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
    const text = await licenceIn(join(root, folder))
    if (text === null && !license) throw new Error(`${packageName} is in ${name} and has no license`)
    parts.push(`${packageName} ${version} (${license})\n\n${text ?? 'No text of the license comes with the package.\n'}`)
  }
  await writeFile(file, `${[`${name} holds code of these packages.\n`, ...parts, comments].join(`\n${'-'.repeat(72)}\n\n`)}`)
}

/** @param {string} folder @returns {Promise<string | null>} */
async function licenceIn(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'license.md', 'LICENSE-MIT']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null)
    if (text !== null) return text
  }
  return null
}
