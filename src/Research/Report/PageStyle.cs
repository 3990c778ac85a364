namespace Heretix.Research.Report;

/// <summary>The one style sheet of all pages: a light and a dark scheme, narrow and wide, screen and paper.</summary>
internal static class PageStyle
{
    internal const string Css = """

        :root {
          color-scheme: light dark;
          --paper: #fcfbf8; --ink: #1d1c1a; --muted: #66625a; --rule: #e3dfd6; --strong-rule: #b9b3a7;
          --accent: #1b5e8c; --tint: #c3d8e6; --second: #8a6d1f; --alert: #a8401c; --alert-paper: #fbeee6;
          --panel: #f4f1ea;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #15171a; --ink: #e9e6e0; --muted: #a19d94; --rule: #2c2f34; --strong-rule: #5a5e65;
            --accent: #7ab8e0; --tint: #2b4a60; --second: #d3b25c; --alert: #f0936a; --alert-paper: #33211a;
            --panel: #1d2024;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          -webkit-text-size-adjust: 100%;
        }
        main, footer { max-width: 52rem; margin: 0 auto; padding: 0 1.5rem; }
        main { padding-top: 2.5rem; }
        footer {
          margin-top: 3.5rem; padding-top: 1rem; padding-bottom: 2.5rem; color: var(--muted); font-size: .8125rem;
        }
        h1, .headline { font-family: Charter, "Bitstream Charter", "Iowan Old Style", Georgia, Cambria, serif; }
        h1 {
          font-size: clamp(1.5rem, 1.2rem + 1.8vw, 2.25rem); line-height: 1.22; font-weight: 600; margin: .25rem 0 .75rem;
          overflow-wrap: anywhere; text-wrap: balance;
        }
        h2 { font-size: 1.25rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
        h3 { font-size: 1rem; line-height: 1.35; margin: 0; }
        p { margin: 0 0 .85rem; max-width: 42rem; }
        .eyebrow, .byline, .note, figcaption p, .axis-caption, .legend { color: var(--muted); }
        .eyebrow { font-size: .8125rem; margin: 0; }
        .byline { font-size: .875rem; max-width: none; overflow-wrap: anywhere; }
        .mock {
          border: 2px solid var(--alert); background: var(--alert-paper); color: var(--ink);
          padding: .7rem 1rem; margin: 0 0 1.5rem; border-radius: 3px;
        }
        .mock strong { color: var(--alert); text-transform: uppercase; letter-spacing: .08em; margin-right: .35rem; }
        section.run { margin-top: 1.5rem; }
        section.run + section.run, .comparison + section.run {
          margin-top: 3.5rem; padding-top: 2rem; border-top: 3px solid var(--ink);
        }
        .verdict { display: flex; gap: 1.5rem; align-items: center; margin: 1.25rem 0 1.25rem; }
        .number {
          font-size: clamp(2.75rem, 2rem + 4.5vw, 4.5rem); line-height: 1; font-weight: 600; letter-spacing: -.02em;
          font-family: Charter, "Bitstream Charter", "Iowan Old Style", Georgia, Cambria, serif;
          color: var(--accent); margin: 0; white-space: nowrap; font-variant-numeric: tabular-nums;
        }
        .number.long { font-size: clamp(1.75rem, 1.4rem + 2.4vw, 2.75rem); }
        .label-text { font-weight: 650; color: var(--accent); margin: 0 0 .15rem; }
        .headline { font-size: 1.25rem; line-height: 1.35; margin: 0; text-wrap: balance; }
        ul.figures { list-style: none; padding: .85rem 0; margin: 1.25rem 0 0; border: solid var(--rule); border-width: 1px 0;
          display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .2rem 2rem; font-size: .875rem; }
        figure { margin: 2.5rem 0 0; break-inside: avoid; }
        figcaption { margin-bottom: .9rem; }
        figcaption p { font-size: .875rem; margin: .15rem 0 0; }

        .row { display: grid; grid-template-columns: 10.5rem minmax(0, 1fr) 6.5rem; column-gap: 1.25rem; align-items: center; }
        .wide-labels .row { grid-template-columns: 19rem minmax(0, 1fr) 4.5rem; }
        .label { font-size: .875rem; line-height: 1.3; min-width: 0; }
        .label span { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .value { font-size: .875rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
        .value span { display: block; white-space: nowrap; }
        .value .main { font-weight: 650; }
        .note { font-size: .8125rem; font-weight: 400; }
        .axis-caption { font-size: .8125rem; margin: .1rem 0 0; max-width: none; }
        .strip { display: block; width: 100%; overflow: visible; }
        .grid { stroke: var(--rule); stroke-width: 1; }
        .grid.half { stroke: var(--strong-rule); }
        .tick { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
        .interval { stroke: var(--tint); stroke-width: 17; }
        .second { stroke: var(--second); stroke-width: 1.5; }
        .estimate { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; }
        .dot { fill: var(--accent); fill-opacity: .72; stroke: var(--paper); stroke-width: .75; }
        .mean { stroke: var(--ink); stroke-width: 1.5; }
        .bar { fill: var(--tint); stroke: var(--paper); stroke-width: .75; }
        .mark { stroke: var(--accent); stroke-width: 2.5; }
        .bound { stroke: var(--accent); stroke-width: 1.5; }
        .bound.second { stroke: var(--second); stroke-dasharray: 5 4; }
        .diagonal { stroke: var(--muted); stroke-width: 1.25; stroke-dasharray: 5 4; }
        .square { display: block; width: 100%; max-width: 30rem; height: auto; overflow: visible; }
        .square text { fill: var(--muted); font-size: 12px; }
        .legend { list-style: none; padding: 0; margin: .35rem 0 0; font-size: .8125rem; display: flex; flex-wrap: wrap; gap: .15rem 1.5rem; }
        .legend svg { width: 22px; height: 12px; vertical-align: -1px; margin-right: .4rem; overflow: visible; }
        .legend .interval { stroke-width: 9; }

        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
        caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        th, td { text-align: left; vertical-align: top; padding: .34rem 1rem .34rem 0; border-bottom: 1px solid var(--rule); }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--muted); font-weight: 500; font-size: .8125rem; border-bottom-color: var(--strong-rule); vertical-align: bottom; }
        tbody th { font-weight: 500; min-width: 6.5rem; }
        .figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th, td { unicode-bidi: isolate; overflow-wrap: break-word; }
        .plain td { overflow-wrap: anywhere; }
        .plain th { width: 13rem; white-space: nowrap; font-weight: 400; color: var(--muted); }
        details { margin-top: .9rem; font-size: .875rem; }
        summary { cursor: pointer; color: var(--accent); }
        pre {
          background: var(--panel); padding: .8rem 1rem; margin: .35rem 0 0; font-size: .8125rem; line-height: 1.5;
          white-space: pre-wrap; overflow-wrap: anywhere; border-radius: 3px;
          font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
        }
        ol.log { padding-left: 1.4rem; margin: 0; font-size: .875rem; }

        @media (max-width: 40rem) {
          main, footer { padding-left: 1.1rem; padding-right: 1.1rem; }
          main { padding-top: 1.25rem; }
          .verdict { display: block; }
          .number { margin-bottom: .6rem; }
          .row, .wide-labels .row { grid-template-columns: minmax(0, 1fr) auto; row-gap: 0; margin-top: .55rem; }
          .row .label { grid-area: 1 / 1; }
          .row .value { grid-area: 1 / 2; text-align: right; }
          .row .strip { grid-area: 2 / 1 / 3 / 3; }
          .row.axis { margin-top: 0; }
          ul.figures { grid-template-columns: 1fr; }
          .plain tbody th { width: 8.5rem; white-space: normal; }
          .plain thead { display: none; }
          tbody th:has(+ .figure) { min-width: 9rem; }
          .diagnostics thead { display: none; }
          .diagnostics tr { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); border-bottom: 1px solid var(--rule); padding: .3rem 0; }
          .diagnostics th { grid-row: 1 / span 2; }
          .diagnostics tbody th { min-width: 0; }
          .diagnostics th, .diagnostics td { border: 0; padding: 0 .75rem 0 0; }
          .diagnostics td:last-child { grid-column: 2; color: var(--muted); }
        }
        @media print {
          :root {
            --paper: #fff; --ink: #000; --muted: #444; --rule: #ddd; --strong-rule: #999; --accent: #1b5e8c; --tint: #c3d8e6;
            --second: #8a6d1f; --alert: #a8401c; --alert-paper: #fff; --panel: #f4f4f4;
          }
          body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main, footer { max-width: none; padding: 0; }
          details::details-content { content-visibility: visible; display: block; }
          section.run + section.run, .comparison + section.run { break-before: page; border-top: 0; }
          tr, .row, .verdict { break-inside: avoid; }
          .scroll { overflow: visible; }
        }

        """;
}
