"""The look of the comparison page: paper white or night, one blue, law text in a serif, changes by sign and colour."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1b2430; --second: #5b6776; --line: #e3e8ef; --blue: #1457b3;
  --pale: #eef4fc; --gone: #b3261e; --gone-ground: #fce9e7; --new: #1b7f4b; --new-ground: #e8f5ee; --ask: #8a5a00;
  --ask-ground: #fff4db; --aside: #5b3fa6; --aside-ground: #f0ebfb;
  --serif: "Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", STSong, SimSun, serif;
  --sans: system-ui, -apple-system, "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
@media (prefers-color-scheme: dark) { :root { --ground: #12171e; --ink: #dfe5ec; --second: #98a4b3; --line: #2a333e;
  --blue: #86b4f2; --pale: #1a2534; --gone: #f2a29b; --gone-ground: #3a1f1f; --new: #86d3a8; --new-ground: #17301f;
  --ask: #f0c267; --ask-ground: #362a10; --aside: #c0aef2; --aside-ground: #282042; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.7 var(--sans);
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
h1, h2 { line-height: 1.35; margin: 0; font-weight: 650; }
h1 { font-size: 1.75rem; max-width: 34em; }
h2 { font-size: 1.0625rem; margin: 1.75rem 0 .4rem; }
p { margin: 0; }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 0 3rem; max-width: 1560px; margin: 0 auto;
  padding: 0 2.5rem; }
.outline { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 2.5rem 0 2rem;
  font-size: .875rem; line-height: 1.55; scrollbar-width: thin; }
.outline summary { font-weight: 650; padding: 0 0 .5rem; cursor: default; list-style: none; }
.outline summary::-webkit-details-marker { display: none; }
.outline ol { list-style: none; margin: 0; padding: 0; }
.outline a { display: block; padding: .22rem 0; color: var(--second); overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.outline a:hover { color: var(--blue); }
.outline .top > a { color: var(--ink); font-weight: 600; margin-top: .35rem; }
.d1 { padding-left: 1em; } .d2 { padding-left: 2em; } .d3 { padding-left: 3em; }
main { min-width: 0; padding: 2.5rem 0 4rem; }
.quiet { color: var(--second); font-size: .875rem; }
.facts { display: flex; flex-wrap: wrap; gap: .2rem 2.25rem; margin: 1.1rem 0 0; padding: 0; }
.facts div { display: flex; flex-direction: column-reverse; }
.facts dt { color: var(--second); font-size: .8125rem; }
.facts dd { margin: 0; font-size: 1.375rem; font-weight: 600; line-height: 1.3; }
.facts .ask dd { color: var(--ask); }
.steps { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.steps > li { display: grid; grid-template-columns: 9.5rem 4.5rem minmax(0, 1fr); gap: 0 1rem; padding: .45rem 0;
  border-bottom: 1px solid var(--line); }
.steps .count { color: var(--second); white-space: nowrap; }
.places { display: flex; flex-wrap: wrap; gap: 0 .9rem; font-size: .875rem; max-height: 9.5rem; overflow: auto; }
.places a { padding: .1rem 0; }
.places q { quotes: none; }
.notes { margin: 0; padding: 0 0 0 1.2em; }
.steps summary { font-size: .875rem; color: var(--second); cursor: pointer; }
.steps details .places { padding: .3rem 0; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; margin: .6rem 0 0; font-size: .875rem;
  color: var(--second); }
.heads { position: sticky; top: 0; z-index: 1; background: var(--ground); border-bottom: 1px solid var(--line);
  margin-top: 2rem; font-size: .875rem; font-weight: 650; padding: .55rem 0; }
.heads, .row { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2.5rem; }
.row { padding: .3rem 0 .3rem .9rem; border-left: 3px solid transparent; content-visibility: auto;
  contain-intrinsic-size: auto 4rem; }
.row:target { background: var(--pale); }
.fixed { border-left-color: var(--line); }
.doubt { border-left-color: var(--ask); }
.heads { padding-left: .9rem; border-left: 3px solid transparent; }
.row > div { font: 16px/1.85 var(--serif); white-space: pre-wrap; max-width: 42em; }
.was { color: var(--second); }
.head { font-weight: 700; }
del, ins, mark { text-decoration: none; border-radius: 2px; padding: .05em .1em; color: inherit; }
del { color: var(--gone); background: var(--gone-ground); text-decoration: line-through;
  text-decoration-thickness: 1px; }
del.r { text-decoration: underline dotted; text-underline-offset: 3px; }
ins { color: var(--new); background: var(--new-ground); box-shadow: inset 0 -1.5px 0 var(--new); }
.q { color: var(--ask); background: var(--ask-ground); box-shadow: inset 0 -1.5px 0 var(--ask); text-decoration: none; }
.q::before { content: "？"; font: 600 .75em var(--sans); vertical-align: .15em; }
.gap::before { content: "△"; }
.aside { display: block; margin: .2rem 0; padding: .1rem .6rem; font-size: .9375rem; color: var(--aside);
  background: var(--aside-ground); border-left: 2px solid var(--aside); text-decoration: line-through;
  text-decoration-thickness: 1px; }
.aside::before { content: attr(title) "："; font: 600 .75rem var(--sans); }
:target { outline: 2px solid var(--blue); outline-offset: 2px; }
.row:target { outline: 0; }
.sheet { margin: 1rem 0 .2rem .9rem; color: var(--second); font-size: .8125rem; border-top: 1px dashed var(--line);
  padding-top: .2rem; }
.same > summary { padding: .45rem 0 .45rem 1.1rem; color: var(--second); font-size: .875rem; cursor: pointer; }
.same > summary:hover { color: var(--blue); }
footer { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: .9rem; color: var(--second);
  font-size: .8125rem; }
.only { display: none; }
@media (max-width: 1100px) { .page { grid-template-columns: minmax(0, 1fr); padding: 0 1.5rem; }
  .outline { position: static; max-height: none; padding: 1.25rem 0 0; border-bottom: 1px solid var(--line); }
  .outline summary { cursor: pointer; list-style: revert; color: var(--blue); }
  .outline[open] { padding-bottom: 1rem; }
  .outline ol { max-height: 15rem; overflow: auto; }
  .page { display: flex; flex-direction: column; }
  main { display: contents; } header { order: -2; padding-top: 1.5rem; } .outline { order: -1; align-self: stretch; }
  footer { margin-bottom: 3rem; } }
@media (max-width: 760px) { .page { padding: 0 1rem; } h1 { font-size: 1.375rem; }
  .outline a { padding: .45rem 0; } .places a { padding: .4rem 0; }
  .facts { gap: .5rem 1.1rem; } .facts dd { font-size: 1.1875rem; }
  .steps > li { grid-template-columns: minmax(0, 1fr) auto; } .places, .steps details { grid-column: 1 / -1; }
  .heads { display: none; } .row { grid-template-columns: minmax(0, 1fr); padding-left: .7rem; }
  .row > div { line-height: 1.8; }
  .fixed > div, .doubt > div { padding: .15rem 0; }
  .only { display: inline-block; font: 600 .75rem var(--sans); color: var(--second); margin-right: .6em; }
  .plain > .was, .same .was { display: none; } .plain .only, .same .only { display: none; } }
@media print { .outline { display: none; } .page { display: block; } .row { content-visibility: visible; } }
"""
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""Lets the page's policy admit this style and nothing else."""
