import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findIap, type IapPlaces } from './find-iap.ts'

describe('the search for `iap`', () => {
  let folder: string
  let places: IapPlaces
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'iap-find-'))
    places = {
      setting: '',
      folders: [join(folder, 'work')],
      isTrusted: true,
      path: [join(folder, 'bin')],
      bundled: add('extension/iap.js'),
      node: '/node',
    }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function add(path: string): string {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
    chmodSync(file, 0o755)
    return file
  }

  it('takes the one inside the extension if there is no other', () => {
    expect(findIap(places)).toEqual({ command: '/node', args: [places.bundled], origin: 'extension' })
  })

  it('prefers `PATH`, then the workspace, then the setting', () => {
    const onPath = add('bin/iap')
    expect(findIap(places)).toEqual({ command: onPath, args: [], origin: 'PATH' })
    const inWorkspace = add('work/node_modules/iap-proxy/dist/iap.js')
    expect(findIap(places)).toEqual({ command: '/node', args: [inWorkspace], origin: 'workspace' })
    const setting = add('own/iap')
    expect(findIap({ ...places, setting })).toEqual({ command: setting, args: [], origin: 'setting' })
  })

  it('starts a script by the given Node, also behind a link of npm', () => {
    const script = add('lib/node_modules/iap-proxy/dist/iap.js')
    mkdirSync(join(folder, 'bin'))
    symlinkSync(script, join(folder, 'bin/iap'))
    expect(findIap(places)).toEqual({ command: '/node', args: [join(folder, 'bin/iap')], origin: 'PATH' })
  })

  it('takes nothing of a workspace that is not trusted, nor of a relative folder in `PATH`', () => {
    add('work/node_modules/iap-proxy/dist/iap.js')
    add('work/iap')
    expect(findIap({ ...places, isTrusted: false, path: ['.', '', 'work'] }).origin).toBe('extension')
  })

  it('takes nothing of a workspace that is not trusted from `PATH`, by whichever path', () => {
    const inWorkspace = add('work/bin/iap')
    mkdirSync(join(folder, 'bin'))
    symlinkSync(inWorkspace, join(folder, 'bin/iap'))
    symlinkSync(join(folder, 'work'), join(folder, 'same'))
    const paths = ['work/bin', 'bin', 'same/bin'].map((name) => join(folder, name))
    for (const path of paths) {
      expect(findIap({ ...places, path: [path] }).origin).toBe('PATH')
      expect(findIap({ ...places, path: [path], isTrusted: false }).origin).toBe('extension')
    }
    const outside = add('workshop/iap')
    const path = [...paths, join(folder, 'workshop')]
    expect(findIap({ ...places, path, isTrusted: false })).toEqual({ command: outside, args: [], origin: 'PATH' })
  })

  it('passes over a folder of that name', () => {
    mkdirSync(join(folder, 'bin/iap'), { recursive: true })
    expect(findIap(places).origin).toBe('extension')
  })

  it.each([
    ['iap', 'iap.path: expected an absolute path, got "iap"'],
    ['./bin/iap', 'iap.path: expected an absolute path, got "./bin/iap"'],
    ['/nowhere/iap', 'iap.path: there is no file "/nowhere/iap"'],
  ])('refuses the setting %s', (setting, message) => {
    expect(() => findIap({ ...places, setting })).toThrow(message)
  })
})
