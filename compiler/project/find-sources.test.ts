import { expect, test } from 'vitest'
import { findSources } from './find-sources.ts'
import type { SourceFiles } from './source-files.ts'

const FILES = ['/srv/deploy/policies/a.iap', '/srv/shared/b.iap']

/** Folders exist if a file is in them. */
const files: SourceFiles = {
  kind: (path) => (FILES.includes(path) ? 'file' : FILES.some((file) => file.startsWith(`${path}/`)) ? 'folder' : null),
  list: (folder) =>
    FILES.filter((file) => file.startsWith(`${folder}/`)).map((file) => {
      const [name = '', ...rest] = file.slice(folder.length + 1).split('/')
      return { name, kind: rest.length > 0 ? 'folder' : 'file' }
    }),
  readText: () => null,
}

test.each([
  ['within the working directory', ['deploy', 'shared'], undefined, '/srv', ['deploy/policies/a.iap', 'shared/b.iap']],
  ['within the given folder', ['/srv/deploy/policies'], '/srv/deploy', '/srv/deploy', ['policies/a.iap']],
  // A bundle accepts no name with `..`.
  ['outside of the given folder', ['/srv/shared'], '/srv/deploy', '/srv/shared', ['b.iap']],
  ['some outside', ['deploy', 'shared'], '/srv/deploy', '/srv', ['deploy/policies/a.iap', 'shared/b.iap']],
])('names of sources %s', (_, paths, root, base, names) => {
  expect(findSources({ files, cwd: '/srv' }, paths, root)).toEqual({ root: base, names })
})
