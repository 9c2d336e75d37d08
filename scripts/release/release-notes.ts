/**
 * Returns what a changelog says of a version, without its heading: the section `[VERSION]`, or `[Unreleased]` if there is none.
 *
 * @throws `Error` if it has neither, or the section is empty
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1)
  const section = [version, 'Unreleased'].flatMap((name) => sections.filter((text) => text.startsWith(`[${name}]`)))[0]
  if (section === undefined) throw new Error(`CHANGELOG.md has neither a section [${version}] nor [Unreleased]`)
  const text = section.slice(section.indexOf('\n')).trim()
  if (text === '') throw new Error(`CHANGELOG.md says nothing about ${version}`)
  return `${text}\n`
}
