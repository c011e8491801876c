"""How the HTML page looks: on a screen, light and dark, and on paper."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --ink: #1d2129; --soft: #565d6b; --paper: #ffffff; --shade: #f2f4f7; --rule: #c5cad3;
  --link: #0b57b0; --best: #1a6b35; --good: #2c5d8f; --inaccuracy: #7a5200; --mistake: #a83a00; --blunder: #a8102a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #a9b1bf; --paper: #14171c; --shade: #1f242c; --rule: #454d5a;
  --link: #8ebdff; --best: #7fd69a; --good: #93c2f2; --inaccuracy: #eec25e; --mistake: #ffa56b; --blunder: #ff8b98; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.25rem 4rem; max-width: 64rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
.soft, figcaption { color: var(--soft); }
.notice { border-left: .3rem solid var(--rule); padding: .25rem .75rem; background: var(--shade); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .95em; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid var(--rule); }
thead th { background: var(--shade); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.judged { white-space: nowrap; }
dd, li, .long { overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
.curve { overflow-x: auto; }
svg.wide { width: auto; }
svg { display: block; width: 100%; height: auto; background: var(--shade); border: 1px solid var(--rule); }
svg .line { fill: none; stroke: var(--soft); stroke-width: 2; }
svg .axis { stroke: var(--rule); stroke-width: 1; }
svg text { fill: var(--soft); font: 13px system-ui, sans-serif; }
svg .spot { fill: var(--paper); stroke: currentColor; stroke-width: 2; }
svg a text { fill: currentColor; font-weight: bold; text-anchor: middle; }
svg a:focus-visible { outline: none; }
svg a:focus-visible .spot { stroke-width: 5; }
.best { color: var(--best); } .good { color: var(--good); } .inaccuracy { color: var(--inaccuracy); }
.mistake { color: var(--mistake); } .blunder { color: var(--blunder); } .unjudged { color: var(--soft); }
.moment { border: 1px solid var(--rule); border-radius: .4rem; padding: .25rem 1rem .75rem; margin: 1rem 0; }
.moment:target, li:target { outline: 3px solid var(--link); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .75rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
ol.transcript { padding-left: 2.75rem; }
ol.transcript li { margin: .35rem 0; white-space: pre-line; }
.who { font-weight: bold; }
.learner { background: var(--shade); border-left: .3rem solid var(--rule); padding: .1rem .6rem; }
.note .text, .narrator .text { font-style: italic; color: var(--soft); }
.idle { display: block; color: var(--soft); font-size: .85em; }
.comment { border-left: .3rem solid var(--link); padding: .1rem .75rem; margin: .5rem 0; white-space: pre-line; }
.answer { margin-left: 1.5rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .35rem; } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --shade: #f4f4f4; --rule: #999; --link: #000;
    --best: #1a6b35; --good: #2c5d8f; --inaccuracy: #7a5200; --mistake: #a83a00; --blunder: #a8102a; }
  @page { size: A4; margin: 18mm 16mm; }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  svg.wide { width: 100%; }
  .skip, nav { display: none; }
  a { color: inherit; text-decoration: none; }
  h1, h2, h3, caption { break-after: avoid; }
  .moment, figure, tr, ol.transcript li, .comment { break-inside: avoid; }
  thead { display: table-header-group; }
  #transcript { break-before: page; }
  .moment:target, li:target { outline: none; }
}
"""
"""The whole style sheet."""

POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy: this style sheet and nothing else; no script, no picture, no address is ever asked."""
