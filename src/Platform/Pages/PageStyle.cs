namespace Heretix.Platform.Pages;

/// <summary>
/// How pages look. Elements are styled as they are; the classes are <c>house</c> (the name above the heading),
/// <c>quiet</c> (secondary text), <c>notice</c> (a framed remark) and <c>wide</c> (a table that may scroll).
/// </summary>
internal static class PageStyle
{
    public const string Css = """
        :root {
          color-scheme: light dark;
          --paper: #f6f5f2; --card: #ffffff; --ink: #1d1c1a; --quiet: #63605a; --line: #dedbd4; --accent: #0b5f59; --on-accent: #ffffff;
        }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #161615; --card: #20201e; --ink: #ecebe7; --quiet: #a8a59d; --line: #3a3934; --accent: #6fd0c4; --on-accent: #10201e; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
        main {
          max-width: 44rem; margin: clamp(1rem, 8vh, 6rem) auto; padding: clamp(1.25rem, 4vw, 2.5rem);
          background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere;
        }
        h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; text-wrap: balance; }
        h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; }
        p, ul, ol, pre, form, .wide { margin: 0 0 1rem; }
        .house { margin: 0 0 .25rem; color: var(--accent); font-size: .85rem; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
        .quiet, small, time { color: var(--quiet); font-size: .9rem; }
        .notice { padding: .75rem 1rem; border: 1px solid var(--line); border-left: .25rem solid var(--accent); border-radius: .35rem; }
        a { color: var(--accent); text-underline-offset: .15em; }
        button, .button {
          display: inline-block; padding: .65rem 1.2rem; border: 1px solid var(--accent); border-radius: .5rem; cursor: pointer;
          background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none;
        }
        button:hover, .button:hover { filter: brightness(1.08); }
        :focus-visible { outline: .2rem solid var(--accent); outline-offset: .15rem; }
        label { display: block; margin-bottom: .25rem; font-weight: 600; }
        input, select, textarea {
          width: 100%; margin-bottom: 1rem; padding: .55rem .7rem; border: 1px solid var(--quiet); border-radius: .4rem;
          background: var(--paper); color: inherit; font: inherit;
        }
        code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
        pre { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--paper); white-space: pre-wrap; }
        .wide { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        """;
}
