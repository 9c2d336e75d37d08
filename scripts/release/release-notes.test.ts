import { describe, expect, it } from 'vitest'
import { releaseNotes } from './release-notes.ts'

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Next.\n\n## [1.2.0] - 2026-01-01\n\n### Fixed\n\n- One.\n\n## [1.1.0]\n'

describe('releaseNotes', () => {
  it('returns the section of the version', () => {
    expect(releaseNotes(CHANGELOG, '1.2.0')).toBe('### Fixed\n\n- One.\n')
  })

  it('returns what is unreleased for a version without a section', () => {
    expect(releaseNotes(CHANGELOG, '1.3.0')).toBe('### Added\n\n- Next.\n')
  })

  it('refuses a section that says nothing, and a changelog without one', () => {
    expect(() => releaseNotes(CHANGELOG, '1.1.0')).toThrow('CHANGELOG.md says nothing about 1.1.0')
    expect(() => releaseNotes('# Changelog\n', '1.1.0')).toThrow('neither a section [1.1.0] nor [Unreleased]')
  })
})
