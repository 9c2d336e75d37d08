import type { Label } from '../../../language/index.ts'
import { html, type Markup } from './markup.ts'

/** Returns the legend of an access matrix as HTML: the meaning of its terms, and the limits of its statements. */
export function legend(labels: readonly Label[]): Markup {
  return html`<section class="legend" aria-labelledby="legend">
<h2 id="legend">How to read this page</h2>
<h3>What a cell means</h3>
<dl>
<dt>always</dt><dd>Every request of these callers to the route is permitted. Rules that are listed limit the rate: a request \
passes if one of the rules that apply to it has capacity left, or has no limit.</dd>
<dt>never</dt><dd>No request of these callers to the route is permitted.</dd>
<dt>if</dt><dd>Some requests are permitted and others are not; an example of each was found. A request is permitted if all \
clauses of a rule with <b>permit</b> are true, and no rule with <b>forbid</b> has all of its clauses true. Clauses that the \
caller or the other rules already decide are left out, and so are rules that change nothing.</dd>
<dt>may</dt><dd>The result depends on the listed conditions, but it is unknown whether both results are possible.</dd>
</dl>
<h3>Which callers a column covers</h3>
<p>The column of an identity covers all of its callers, with any roles or none. The column of a role covers all callers of the \
identity that have the role, whatever other roles they have. Roles are conditions, so one role may imply others. The column \
<b>anonymous</b> covers callers without a known identity.</p>
<h3>Which requests a cell covers</h3>
<p>A cell covers every request that matches the route and is decided: with all parameters, queries, headers and bodies that \
the policy accepts, with all data that the route needs, and at any time. It does not cover requests that are refused before \
they are decided, or routes whose data never arrived. If a condition cannot be evaluated, a permit does not apply, and a \
forbid applies. A permit does not apply either if a header that it sets, or the key of its limit, cannot be evaluated or sent: \
an <b>if</b> without further conditions depends on that. Callers that must sign in again, with a stronger or more recent \
method, are not permitted yet. Shadow rules decide nothing.</p>
${
  labels.length === 0
    ? ''
    : html`<h3>Labels</h3>
<dl>${labels.map(
        ({ name, doc }) =>
          html`<dt><span class="chip">${name}</span></dt><dd>${doc ?? 'The policy does not describe this label.'}</dd>`,
      )}</dl>`
}
</section>`
}
