import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { projectFolder } from './project-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-project-'))
  mkdirSync(join(folder, 'shop/policies/orders'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const policy = () => join(folder, 'shop/policies/orders/a.iap')

it.each(['iap.json', 'iap.yaml'])('the folder of a project is the nearest with %s', (name) => {
  writeFileSync(join(folder, 'shop', name), '')
  expect(projectFolder(policy(), folder)).toBe(join(folder, 'shop'))
  expect(projectFolder(policy(), undefined)).toBe(join(folder, 'shop/policies/orders'))
})

it('a mark above the workspace folder does not count', () => {
  writeFileSync(join(folder, 'iap.yaml'), '')
  expect(projectFolder(policy(), join(folder, 'shop'))).toBe(join(folder, 'shop/policies/orders'))
  expect(projectFolder(policy(), folder)).toBe(folder)
})
