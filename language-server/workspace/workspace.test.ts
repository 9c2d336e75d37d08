import { expect, it } from 'vitest'
import { TextFiles } from './files.ts'
import { Workspace } from './workspace.ts'

it('a policy that is gone without a notification is left out, with a warning, until it is there again', () => {
  const files = new TextFiles()
  const warnings: string[] = []
  const workspace = new Workspace(files, { warn: (message) => warnings.push(message) })
  workspace.addFolder('file:///shop')
  const checkedFiles = (text: string | null) => {
    files.set('/shop/b.iap', text)
    // A change on disk is not notified; the next edit of another document begins a check.
    workspace.setText('file:///shop/a.iap', `label a${warnings.length}`)
    return workspace.projectAt('file:///shop/a.iap')?.checked.entries
  }
  expect(checkedFiles('label b')).toEqual(['a.iap', 'b.iap'])
  expect(warnings).toEqual([])
  workspace.setText('file:///shop/a.iap', '')
  expect(checkedFiles(null)).toEqual(['a.iap'])
  expect(warnings).toEqual(['/shop/b.iap: left out of the check, as it is gone or cannot be read'])
  expect(checkedFiles('label b')).toEqual(['a.iap', 'b.iap'])
})

it('projects and configurations are those of the folders of now', () => {
  const files = new TextFiles()
  for (const name of ['shop/a/one.iap', 'shop/b/two.iap', 'other/iap.yaml']) files.set(`/${name}`, '')
  const workspace = new Workspace(files)
  workspace.setText('file:///shop/a/one.iap', '')
  const found = () => [
    ...(workspace.projectAt('file:///shop/a/one.iap')?.checked.entries ?? []),
    ...workspace.configs.all.map(({ path }) => path),
  ]
  expect(found()).toEqual(['one.iap'])
  workspace.addFolder('file:///shop')
  expect(found()).toEqual(['a/one.iap', 'b/two.iap'])
  workspace.addFolder('file:///other')
  expect(found()).toEqual(['a/one.iap', 'b/two.iap', '/other/iap.yaml'])
  workspace.removeFolder('file:///other')
  expect(found()).toEqual(['a/one.iap', 'b/two.iap'])
  workspace.removeFolder('file:///shop')
  expect(found()).toEqual(['one.iap'])
})
