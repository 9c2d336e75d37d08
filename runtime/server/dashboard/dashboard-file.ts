import { icon, page, script, style } from './files.generated.js'

/** A file of the dashboard, which holds nothing of what the proxy knows: whoever may see that, the API tells. */
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

/** Null: there is none at that path. */
export function dashboardFile(path: string): DashboardFile | null {
  return FILES.get(path) ?? null
}

/**
 * Of each of them. The page is framed by nobody, loads its own files alone, asks its own origin alone, and makes nothing of
 * texts: whatever stands in a path that somebody has asked for is text (`require-trusted-types-for`: a script that would read
 * text as HTML throws).
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
