import { expect, it } from 'vitest'
import { foldersFrom, pathFrom, pathOf, TextFiles, uriOf } from './files.ts'

it.each([
  ['file:///home/mia/orders.iap', '/home/mia/orders.iap'],
  ['file:///c%3A/shop/own.iap', '/c:/shop/own.iap'],
  ['file:///one%20two/%C3%A9.iap', '/one two/é.iap'],
  ['file://server/share/own.iap', '//server/share/own.iap'],
  ['vscode-vfs://github/owner/shop/own.iap', '//github/owner/shop/own.iap'],
])('the path of %s, and back', (uri, path) => {
  expect(pathOf(uri)).toBe(path)
  expect(uriOf(path, new URL(uri).protocol)).toBe(uri)
})

it.each(['no uri', '', 'file:///%', '//server/a'])('%j has no path', (uri) => {
  expect(pathOf(uri)).toBeNull()
})

it.each([
  ['/shop/a', './b.iap', '/shop/a/b.iap'],
  ['/shop/a', '../../../../b.iap', '/b.iap'],
  ['/shop/a', '..\\b\\.\\c.iap', '/shop/b/c.iap'],
  ['/shop/a', '/etc/b.iap', '/etc/b.iap'],
  ['/shop/a', 'C:\\b.iap', '/C:/b.iap'],
  ['//server/share', './b.iap', '//server/share/b.iap'],
])('from %s, %s is %s', (folder, named, path) => {
  expect(pathFrom(folder, named)).toBe(path)
})

it('folders are found nearest first, without hidden ones, `node_modules` and those that are left out', () => {
  const files = new TextFiles()
  for (const name of ['a/b/c/one', 'a/two', 'd/e/three', 'd/.f/four', 'a/node_modules/five', 'g/h/six'])
    files.set(`/w/${name}`, '')
  const paths = (roots: string[]) =>
    [...foldersFrom(files, roots, expect.fail, ({ path }) => path === '/w/g')].map(({ path }) => path)
  expect(paths(['/w', '/w/a'])).toEqual(['/w', '/w/a', '/w/d', '/w/a/b', '/w/d/e', '/w/a/b/c'])
})

it('no more than 5,000 folders are searched, with a warning if there are more', () => {
  const endless = {
    read: () => null,
    list: () => [{ name: 'a', kind: 'folder' } as const, { name: 'b', kind: 'folder' } as const],
  }
  const warnings: string[] = []
  expect([...foldersFrom(endless, ['/home/mia'], (message) => warnings.push(message))]).toHaveLength(5_000)
  expect(warnings).toEqual([expect.stringMatching(/^\/home\/mia: only the nearest 5000 folders are searched/)])
})
