import { expect, test } from 'vitest'
import { dashboardFile } from './dashboard-file.ts'

test('the page names its own files, and no other; nothing of script or style stands in it', () => {
  const { text = '' } = dashboardFile('/dashboard') ?? {}
  const named = [...text.matchAll(/\b(?:src|href)="([^"]*)"/g)].flatMap(([, url = '']) => (url.startsWith('#') ? [] : [url]))
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((url) => dashboardFile(url) === null)).toEqual([])
  expect(text).not.toMatch(/<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)/)
  const { text: script = '' } = dashboardFile('/dashboard/main.js') ?? {}
  expect(script).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|localStorage|sessionStorage|https?:\/\/(?!www\.w3\.org\/2000\/svg)/,
  )
})
