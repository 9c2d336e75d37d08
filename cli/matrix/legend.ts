import type { Label } from '../../language/index.ts'
import { html, type Markup } from './markup.ts'

/** Returns the legend of the page: the meaning of its words, and the limits of its statements. */
export function legend(labels: readonly Label[]): Markup {
  return html`<section class="legend" aria-labelledby="legend">
<h2 id="legend">How to read this</h2>
<h3>What a cell says</h3>
<dl>
<dt>always</dt><dd>Every request of such callers to the route is permitted. Where rules stand below it, they say how often: a \
request passes where one of those that apply to it has room, or no limit.</dd>
<dt>never</dt><dd>No request of such callers to the route is permitted.</dd>
<dt>if</dt><dd>Some are permitted and some are not; a request of either kind was found. It is permitted where all clauses of \
one of the rules with <b>permit</b> are so, and of none of those with <b>forbid</b>. What is settled is left out: by who \
calls, or by the rules beside it; and so are rules that change nothing beside the others.</dd>
<dt>may</dt><dd>It depends on what is said below it, but it is unknown whether both can be.</dd>
</dl>
<h3>Whom a column is about</h3>
<p>Of an identity all of its callers, whatever roles they have, or none. Of a role all callers of the identity who have it, \
whatever other roles they have besides: roles are conditions, and who has one may have others by that. Anonymous is a caller \
of whom nobody is known.</p>
<h3>What counts as a request</h3>
<p>Every one that takes the route and is decided: with whatever parameters, query, headers and body the policy lets in, with \
all data there that the route needs, at any time. What is refused before it is decided, and a route whose data never arrived, \
is not counted. A condition that cannot be worked out does not hold in a permit; in a forbid it does. A permit does not hold, \
either, where a header that it sets, or what its limit counts by, cannot be worked out or sent: with nothing else below it, \
that is what an <b>if</b> depends on. Whoever is asked for a stronger or fresher sign-in is not permitted yet. Shadow rules \
decide nothing.</p>
${
  labels.length === 0
    ? ''
    : html`<h3>Labels</h3>
<dl>${labels.map(
        ({ name, doc }) => html`<dt><span class="chip">${name}</span></dt><dd>${doc ?? 'The policy says nothing about it.'}</dd>`,
      )}</dl>`
}
</section>`
}
