/** The built-in CSS of the proxy's pages. Text has a contrast of at least 7:1 in light and dark mode (WCAG 2.2, 1.4.6). */
export const defaultStyle = `
:root {
  color-scheme: light dark;
  --text: #1c2128; --quiet: #424a53; --line: #d0d7de; --ground: #f3f5f7; --sheet: #ffffff; --mark: #a13c0a
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e9eef4; --quiet: #b6bfc9; --line: #3d444d; --ground: #0d1117; --sheet: #161b22; --mark: #f0a35e }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 1.0625rem/1.6 system-ui, sans-serif }
main {
  width: min(100% - 2rem, 40rem); margin: 12vh auto 2rem; padding: clamp(1.25rem, 5vw, 2.5rem); overflow-wrap: anywhere;
  background: var(--sheet); border: 1px solid var(--line); border-top: .25rem solid var(--mark); border-radius: .5rem
}
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2 }
h2 { margin: 1.75rem 0 .25rem; font-size: 1.0625rem; line-height: 1.4 }
p { margin: 0 0 .75rem }
code { font: .9em ui-monospace, monospace }
.because { padding-inline-start: 1rem; border-inline-start: .25rem solid var(--mark); font-weight: 600; white-space: pre-line }
dl { margin: 2rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .875rem }
dl div { display: flex; flex-wrap: wrap; gap: 0 1rem }
dt { min-width: 7rem }
dd { margin: 0 }
ul { margin: 1.5rem 0 0; padding: 0; list-style: none; display: grid; gap: .75rem }
a { color: inherit; text-underline-offset: .2em }
li a, button {
  display: block; width: 100%; padding: .75rem 1rem; border: 1px solid var(--quiet); border-radius: .5rem;
  background: none; color: inherit; font: inherit; text-align: start; text-decoration: none; cursor: pointer
}
li a:hover, button:hover { border-color: var(--text) }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px }
form { margin-top: 1.5rem }
small { display: block; color: var(--quiet) }
@media (max-width: 32rem) { main { margin-top: 1rem } dt { width: 100% } }
section:target { outline: 2px solid var(--mark); outline-offset: .5rem }
`
