export type ResolvedPath = { readonly ok: true; readonly name: string } | { readonly ok: false; readonly why: string }

/**
 * Resolves `./` and `../` relative to the importing file, never out of the project, whose root is the empty path.
 * @param endings the allowed name endings
 */
export function resolvePath(importer: string, from: string, endings: readonly string[]): ResolvedPath {
  if (!from.startsWith('./') && !from.startsWith('../')) return { ok: false, why: 'it must begin with `./` or `../`' }
  if (from.includes('\\')) return { ok: false, why: 'folders must be separated with `/`' }
  if (from.includes('\0')) return { ok: false, why: 'no path has a NUL character' }
  if (!endings.some((ending) => from.endsWith(ending))) {
    return { ok: false, why: `it must end in ${endings.map((ending) => `\`${ending}\``).join(' or ')}` }
  }
  const parts = importer.split('/').slice(0, -1)
  for (const part of from.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return { ok: false, why: 'it leads outside the project' }
  }
  return { ok: true, name: parts.join('/') }
}
