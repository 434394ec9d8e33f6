"""The look of the evaluation report: one style sheet inside the page, light and dark, wide and narrow, on paper too."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root{--ink:#1b2430;--quiet:#5a6675;--line:#dfe4ea;--paper:#fff;--soft:#f4f6f9;--mark:#1457b3;--range:#a9c5ea;
--good:#1b6e3c;--bad:#b3261e;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--quiet:#a3afbd;--line:#37424f;--paper:#141a21;--soft:#1c242d;
--mark:#8ab8f5;--range:#35537a;--good:#7ad69c;--bad:#ff9a92}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.6;font-variant-numeric:tabular-nums;
overflow-wrap:anywhere;font-family:"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:68rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{font-size:1.75rem;line-height:1.3;margin:0 0 .35rem}
h2{font-size:1.2rem;margin:2.25rem 0 .25rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.6rem 0 .4rem}
p{margin:.2rem 0 .8rem;max-width:52rem}
.quiet,caption,th,.note{color:var(--quiet);font-weight:400}
.note{font-size:.875rem}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:1rem 0 0;font-size:.9375rem}
a{color:var(--mark);text-decoration:none}a:hover{text-decoration:underline}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.1rem 3rem;
margin:.8rem 0 1.2rem}
figure{margin:0;max-width:32rem;min-width:0}
figcaption{font-weight:500;margin:0 0 .3rem}figcaption small{margin-left:.6em;color:var(--quiet);font-size:.8125rem}
.key{color:var(--quiet);font-size:.875rem;margin:.4rem 0 0}.key::first-letter{color:var(--mark)}
svg{display:block;width:100%;height:auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:.5rem 0 .6rem;font-size:.9375rem}
dd{margin:0;color:var(--quiet)}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9375rem}
th,td{padding:.35rem .5rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-size:.8125rem;line-height:1.35;vertical-align:bottom;white-space:normal;overflow-wrap:normal}
th:first-child,td:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--paper)}
th:nth-child(2){white-space:nowrap}
td code{font-size:.8125rem;color:var(--quiet);margin-left:.4em}
tr.sum td{font-weight:600;border-bottom:0}
.good{color:var(--good)}.bad{color:var(--bad)}
details{border-bottom:1px solid var(--line);padding:.45rem 0}
summary{cursor:pointer;font-weight:500}
.cases{list-style:none;margin:.4rem 0 .8rem;padding:0}
.cases>li{padding:.55rem 0;border-top:1px solid var(--line)}
.cases>li:first-child{border-top:0}
.cases ul{margin:.15rem 0 0;padding-left:1.1rem;font-size:.9375rem;color:var(--quiet)}
.cases code{font-size:.8125rem;color:var(--quiet);margin-left:.5em}
.cases ul b{color:var(--ink);font-weight:500}
@media(max-width:640px){main{padding:1.5rem 1rem 3rem}h1{font-size:1.4rem}
svg text[font-size="14px"]{font-size:15px}svg text[font-size="12px"]{font-size:13.5px}
dl{grid-template-columns:1fr}dd{margin-bottom:.3rem}th,td{padding:.3rem .5rem}}
@media print{main{max-width:none;padding:0}nav{display:none}details{break-inside:avoid}}
"""
STYLE_HASH = "sha256-" + b64encode(sha256(STYLE.encode()).digest()).decode()
