import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { StartupError } from '../../base/startup-error.ts'
import { groupId } from './group-id.ts'
import { listenAtUnixSocket } from './unix-socket.ts'

const changed = vi.hoisted(() => ({ link: (): void => {}, rename: (): void => {} }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    linkSync: (...of: Parameters<typeof fs.linkSync>) => {
      changed.link()
      fs.linkSync(...of)
    },
    renameSync: (...of: Parameters<typeof fs.renameSync>) => {
      const { rename } = changed
      changed.rename = () => {}
      rename()
      fs.renameSync(...of)
    },
  }
})

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-socket-'))
  path = join(folder, 'check.sock')
})

afterEach(() => {
  changed.link = () => {}
  changed.rename = () => {}
  rmSync(folder, { recursive: true, force: true })
})

const OWN_GROUP = process.getgid?.() ?? 0

function newServer(): Server {
  const server = createServer((socket) => socket.on('error', () => {}).end('hello'))
  onTestFinished(() => void server.close())
  return server
}

const listen = (server = newServer(), mode = 0o660, group: string | number | null = null) =>
  listenAtUnixSocket(server, { path, mode, group })

async function said(): Promise<string> {
  let text = ''
  const socket = connect(path).setEncoding('utf8')
  socket.on('data', (part) => {
    text += part
  })
  await once(socket, 'close')
  return text
}

async function reasonOf(listening: Promise<unknown>): Promise<string> {
  const error = await listening.then(
    () => null,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(StartupError)
  expect((error as StartupError).problems).toMatchObject([{ fault: 'environment' }])
  return (error as StartupError).message
}

/** Leaves the socket of a process that was killed. */
async function leaveStale(): Promise<void> {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(statSync(path).isSocket()).toBe(true)
}

test('has its mode and group when it appears, and goes when it is removed', async () => {
  const server = newServer()
  const { remove } = await listen(server, 0o620, OWN_GROUP)
  const { mode, gid } = statSync(path)
  expect((mode & 0o7777).toString(8)).toBe('620')
  expect(gid).toBe(OWN_GROUP)
  expect(readdirSync(folder)).toEqual(['check.sock'])
  expect(await said()).toBe('hello')
  remove()
  expect(existsSync(path)).toBe(false)
  remove()
})

test('appears only with its permissions', async () => {
  const seen: string[] = []
  const look = (): void => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found !== undefined) seen.push((found.mode & 0o777).toString(8))
  }
  const server = newServer()
  server.on('listening', look)
  const listening = listen(server, 0o600)
  look()
  await listening
  look()
  expect(seen).toEqual(['600'])
})

test('replaces the socket of a process that has ended', async () => {
  await leaveStale()
  await listen()
  expect(await said()).toBe('hello')
  expect(readdirSync(folder)).toEqual(['check.sock'])
})

test('leaves the socket of a process that listens', async () => {
  await listen()
  const server = newServer()
  expect(await reasonOf(listen(server))).toBe(
    `cannot listen on unix:${path}: another process listens there: stop it, or choose another path`,
  )
  expect(server.listening).toBe(false)
  expect(await said()).toBe('hello')
})

test.each([
  ['a file', () => writeFileSync(path, 'precious')],
  ['a symbolic link to a file', () => symlinkSync('/etc/passwd', path)],
  ['a symbolic link to nothing', () => symlinkSync(join(folder, 'none'), path)],
])('leaves %s', async (_, make) => {
  make()
  expect(await reasonOf(listen())).toMatch(/the path has a file that is no socket: move it away/)
  expect(readdirSync(folder)).toEqual(['check.sock'])
})

test('of several that start at once over a stale socket, one listens', async () => {
  await leaveStale()
  const servers = Array.from({ length: 8 }, newServer)
  const outcomes = await Promise.allSettled(servers.map((server) => listen(server)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(servers.filter(({ listening }) => listening)).toHaveLength(1)
  expect(await said()).toBe('hello')
  expect(readdirSync(folder)).toEqual(['check.sock'])
})

test('does not remove what has taken its place', async () => {
  const { remove } = await listen()
  rmSync(path)
  await listen()
  remove()
  expect(await said()).toBe('hello')
})

test.each(['EPERM', 'ENOTSUP'])('needs no hard links (%s)', async (code) => {
  changed.link = () => {
    throw Object.assign(new Error('link'), { code })
  }
  const { isThere, remove } = await listen()
  expect([await said(), isThere(), readdirSync(folder)]).toEqual(['hello', true, ['check.sock']])
  const server = newServer()
  expect(await reasonOf(listen(server))).toMatch(/another process listens there/)
  remove()
  expect(existsSync(path)).toBe(false)
})

test('keeps the socket of a process whose path a third one has taken', async () => {
  await leaveStale()
  changed.rename = () => {
    rmSync(path)
    writeFileSync(path, 'second')
    changed.link = () => writeFileSync(path, 'third')
  }
  expect(await reasonOf(listen())).toContain(`two other processes listen there, of which one now has its socket at \`${path}.`)
  const [first = '', second = '', ...others] = readdirSync(folder).sort()
  expect([readFileSync(join(folder, first), 'utf8'), readFileSync(join(folder, second), 'utf8'), others]).toEqual([
    'third',
    'second',
    [],
  ])
})

describe('errors', () => {
  test('no folder', async () => {
    path = join(folder, 'none', 'check.sock')
    expect(await reasonOf(listen())).toBe(
      `cannot listen on unix:${path}: the folder \`${folder}/none\` does not exist: create it`,
    )
  })

  test('an unknown group', async () => {
    expect(await reasonOf(listen(newServer(), 0o660, 'no-such-group-of-iap'))).toMatch(/is not in \/etc\/group: create it/)
    expect(existsSync(path)).toBe(false)
  })

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written, a group of others', async () => {
    expect(await reasonOf(listen(newServer(), 0o660, 0))).toMatch(
      /it cannot be given to the group `0`: add this user to the group/,
    )
    expect(readdirSync(folder)).toEqual([])
    chmodSync(folder, 0o500)
    expect(await reasonOf(listen())).toMatch(/EACCES/)
    chmodSync(folder, 0o700)
  })
})

test('the number of a group', () => {
  const groups = 'root:x:0:\n# envoy:x:1:\nenvoyer:x:7:\nenvoy:x:101:a,b\nbad:x:minus:\n'
  expect(groupId('envoy', groups)).toBe(101)
  expect(groupId('root', groups)).toBe(0)
  expect(groupId('bad', groups)).toBe('unknown')
  expect(groupId('enVoy', groups)).toBe('unknown')
  expect(groupId(12, groups)).toBe(12)
  expect(groupId(null, groups)).toBeNull()
  expect(readFileSync('/etc/group', 'utf8')).toContain('root')
  expect(groupId('root')).toBe(0)
})
