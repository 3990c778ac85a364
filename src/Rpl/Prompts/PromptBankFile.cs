using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Heretix.Rpl.Prompts;

/// <summary>
/// Reads one bank from YAML by walking the parser's events: no reflection, no recursion, and every value keeps the
/// line it stands on. All problems of a file are gathered before any is reported.
/// </summary>
internal sealed class PromptBankFile(string path)
{
    internal const int MaxBytes = 256 * 1024;
    private const int MaxDepth = 16;

    internal const string NameRule =
        "begins with a-z or 0-9 and goes on with a-z, 0-9, '_', '.' or '-', 64 characters at most";

    internal static readonly string[] RequiredKeys = ["version", "system", "user_template", "paraphrases"];

    private static readonly string[] Keys = ["version", "description", "system", "user_template", "paraphrases"];

    private readonly BankProblems _problems = new(Display(path));
    private readonly Dictionary<string, BankText> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly List<BankText?> _paraphrases = [];

    internal PromptBank Read()
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (!IsName(name))
        {
            _problems.Add(1, $"the file name '{name}' must be a name that {NameRule}");
        }

        if (ReadText() is { } text && Walk(text))
        {
            new BankRules(_problems, _texts, _paraphrases, _seen).Check();
        }

        _problems.ThrowIfAny();
        var (system, closing) = (_texts["system"].Text, _texts["user_template"].Text);
        string[] paraphrases = [.. _paraphrases.Select(paraphrase => paraphrase!.Text)];
        return new PromptBank(
            name,
            _texts["version"].Text,
            system,
            closing,
            paraphrases,
            PromptBank.HashOf(system, closing, paraphrases),
            path,
            _texts.TryGetValue("description", out var description) ? description.Text : null
        );
    }

    /// <summary>The version a file states, found without reading past it; null when there is none to be read.</summary>
    internal static string? PeekVersion(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                return null;
            }

            using var reader = new StreamReader(path);
            var parser = new Parser(reader);
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
            {
                return null;
            }

            while (parser.TryConsume<Scalar>(out var key))
            {
                if (key.Value == "version")
                {
                    return parser.TryConsume<Scalar>(out var version) ? version.Value.Trim() : null;
                }

                Skip(parser);
            }
        }
        catch (Exception e) when (e is YamlException or IOException or UnauthorizedAccessException)
        {
            // The whole file is read, and the reason given, when the bank itself is asked for.
        }

        return null;
    }

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 64
        && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-');

    /// <summary>The path as messages show it: relative to the working directory when it lies beneath it.</summary>
    internal static string Display(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private string? ReadText()
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaxBytes)
            {
                _problems.Add(1, $"the file is larger than {MaxBytes / 1024} KiB, the limit for a prompt bank");
                return null;
            }

            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
            return text.TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            _problems.Add(1, "the file is not UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add(1, File.Exists(path) ? $"the file cannot be read: {e.Message}" : "there is no such file");
        }

        return null;
    }

    /// <summary>Takes in the whole file; false when its form is so broken that nothing more can be said of it.</summary>
    private bool Walk(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                _problems.Add(1, "the file is empty");
                return false;
            }

            if (!parser.TryConsume<MappingStart>(out _))
            {
                _problems.Add(
                    LineOf(parser.Current!),
                    $"a prompt bank is a mapping with the keys {string.Join(", ", Keys)}"
                );
                return false;
            }

            while (!parser.TryConsume<MappingEnd>(out _))
            {
                ReadEntry(parser);
            }

            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                _problems.Add(LineOf(second), "a second document begins; a file holds one prompt bank");
            }

            return true;
        }
        catch (YamlException e)
        {
            _problems.Add((int)e.Start.Line, $"malformed YAML: {BankProblems.WithoutPosition(e.Message)}");
            return false;
        }
    }

    private void ReadEntry(Parser parser)
    {
        var line = LineOf(parser.Current!);
        if (!parser.TryConsume<Scalar>(out var key))
        {
            _problems.Add(line, $"a key must be one of {string.Join(", ", Keys)}");
            Skip(parser);
            Skip(parser);
            return;
        }

        if (!Keys.Contains(key.Value))
        {
            var closest = Closest.To(key.Value, Keys) is { } meant ? $"; did you mean '{meant}'?" : "";
            _problems.Add(line, $"unknown key '{key.Value}'{closest} (the keys are {string.Join(", ", Keys)})");
            Skip(parser);
        }
        else if (!_seen.TryAdd(key.Value, line))
        {
            _problems.Add(line, $"'{key.Value}' stands here a second time; the first is on line {_seen[key.Value]}");
            Skip(parser);
        }
        else if (key.Value == "paraphrases")
        {
            ReadParaphrases(parser, line);
        }
        else if (ReadScalar(parser, key.Value) is { } text)
        {
            _texts[key.Value] = new BankText(text, line);
        }
    }

    private void ReadParaphrases(Parser parser, int keyLine)
    {
        if (!parser.TryConsume<SequenceStart>(out _))
        {
            _problems.Add(keyLine, "paraphrases must be a list of texts");
            Skip(parser);
            return;
        }

        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            var line = LineOf(parser.Current!);

            // A text that cannot be read keeps its place, so that later ones keep their numbers.
            var text = ReadScalar(parser, $"paraphrase {_paraphrases.Count + 1}");
            _paraphrases.Add(text is null ? null : new BankText(text, line));
        }

        if (_paraphrases.Count == 0)
        {
            _problems.Add(keyLine, "paraphrases is empty; a bank needs at least one");
        }
    }

    private string? ReadScalar(Parser parser, string what)
    {
        var line = LineOf(parser.Current!);
        if (!parser.TryConsume<Scalar>(out var scalar))
        {
            var kind =
                parser.Current is SequenceStart ? "a list"
                : parser.Current is MappingStart ? "a mapping"
                : "an alias";
            _problems.Add(line, $"{what} must be text, not {kind}; put it in quotes");
            Skip(parser);
            return null;
        }

        if (scalar.Style == ScalarStyle.Plain && IsTyped(scalar.Value))
        {
            var found = scalar.Value.Length == 0 ? "nothing" : scalar.Value;
            var hint = scalar.Value.Length == 0 ? " (\"\" for an empty one)" : "";
            _problems.Add(line, $"{what} must be text, not {found}; put it in quotes{hint}");
            return null;
        }

        return scalar.Value.Trim();
    }

    private static bool IsTyped(string plain) =>
        plain is "" or "~"
        || plain.ToUpperInvariant() is "NULL" or "TRUE" or "FALSE" or ".NAN" or ".INF" or "-.INF"
        || double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Passes over one value. The scanner slows down with depth, which no bank needs.</summary>
    private static void Skip(Parser parser)
    {
        var depth = 0;
        do
        {
            var passed = parser.Consume<ParsingEvent>();
            depth += passed.NestingIncrease;
            if (depth > MaxDepth)
            {
                throw new YamlException(passed.Start, passed.End, $"values are nested more than {MaxDepth} deep");
            }
        } while (depth > 0);
    }

    private static int LineOf(ParsingEvent at) => (int)at.Start.Line;
}
