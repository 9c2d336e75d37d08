import { expect, test } from 'vitest'
import { inheritedSockets } from './inherited-sockets.ts'

/** What is there, and that nothing of it is left for children. */
function of(env: Record<string, string>, pid = 7) {
  const copy: Record<string, string | undefined> = { ...env, PATH: '/bin' }
  const { sockets, problems } = inheritedSockets(copy, pid)
  expect(copy).toEqual({ PATH: '/bin' })
  return { sockets: sockets.map(({ fd, name }) => `${fd} ${name}`), problems: problems.map(({ message }) => message) }
}

test.each([
  ['nothing', {}, []],
  ['two with names', { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:admin' }, ['3 web', '4 admin']],
  ['two without', { LISTEN_PID: '7', LISTEN_FDS: '2' }, ['3 unknown', '4 unknown']],
  ['a name that is empty', { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: ':web' }, ['3 ', '4 web']],
  ['those of another process', { LISTEN_PID: '8', LISTEN_FDS: '2' }, []],
  ['none', { LISTEN_PID: '7', LISTEN_FDS: '0' }, []],
])('%s', (_, env, sockets) => {
  expect(of(env as Record<string, string>)).toEqual({ sockets, problems: [] })
})

test.each(['many', '-1', '1.5', '1025', ''])('%j is no number of sockets', (count) => {
  expect(of({ LISTEN_PID: '7', LISTEN_FDS: count }).problems).toEqual([expect.stringContaining('must be a number up to 1024')])
})

test('as many names as sockets', () => {
  expect(of({ LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a:b' }).problems).toEqual([
    '`LISTEN_FDNAMES` has 2 names, and `LISTEN_FDS` is 1',
  ])
})
