import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** How each front is started in the foreground, in a copy of its folder. */
export const fronts = {
  nginx: {
    programs: ['nginx', '/usr/sbin/nginx'],
    words: (folder) => ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', inForeground(folder)],
    // The places of the distribution belong to its service.
    prepare: (text, scratch) => text.replace(/^http \{$/m, `http {\n${nginxPlaces(scratch)}`),
  },
  envoy: {
    programs: ['envoy'],
    words: (folder) => ['--use-dynamic-base-id', '--concurrency', '2', '--log-level', 'warn', '-c', join(folder, 'envoy.yaml')],
  },
  traefik: { programs: ['traefik'], words: (folder) => [`--configFile=${join(folder, 'traefik.yaml')}`] },
  caddy: {
    programs: ['caddy'],
    words: (folder) => ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
  },
  haproxy: { programs: ['haproxy', '/usr/sbin/haproxy'], words: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')] },
}

function inForeground(folder) {
  return `daemon off; master_process off; pid ${join(folder, 'pid')};`
}

function nginxPlaces(folder) {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return ['  access_log off;', ...kinds.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`)].join('\n')
}

/** Returns the path of the front's program; null if it is not installed. */
export function programOf({ programs }) {
  const named = process.env.FRONT_PROGRAM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = named
    ? [named]
    : programs.flatMap((each) => (each.includes('/') ? [each] : folders.map((folder) => join(folder, each))))
  return paths.find(isProgram) ?? null
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
