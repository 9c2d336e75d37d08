import { icon, page, script, style } from './files.generated.js'

export interface DashboardFile {
  readonly type: string
  readonly text: string
}

const FILES: ReadonlyMap<string, DashboardFile> = new Map([
  ['/dashboard', { type: 'text/html; charset=utf-8', text: page }],
  ['/dashboard/style.css', { type: 'text/css; charset=utf-8', text: style }],
  ['/dashboard/main.js', { type: 'text/javascript; charset=utf-8', text: script }],
  ['/dashboard/icon.svg', { type: 'image/svg+xml', text: icon }],
])

/** Returns the dashboard file at a path; `null` if there is none. */
export function dashboardFile(path: string): DashboardFile | null {
  return FILES.get(path) ?? null
}

/**
 * Response headers of dashboard files. They forbid framing, allow only the proxy's own files and API, and prevent scripts from
 * parsing text as HTML, because the displayed request paths are untrusted.
 */
export const dashboardHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
