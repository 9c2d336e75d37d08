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
