using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Heretix.Cli.Settings;

/// <summary>
/// A config file in YAML or JSON (which YAML contains), read key by key. Unknown keys are refused with a suggestion,
/// and every error names the file and the line.
/// </summary>
internal sealed class ConfigFile
{
    private static readonly string[] Known =
    [
        "claim",
        "model",
        "models",
        "logical_model",
        "provider",
        "provider_locked",
        "prompt_version",
        "prompt_versions",
        "K",
        "R",
        "T",
        "B",
        "seed",
        "max_output_tokens",
        "max_prompt_chars",
        "no_cache",
        "prompts_file",
        "base_url",
        "concurrency",
        "cost_limit",
        "auto",
        "mock",
        "mode",
    ];

    private readonly string path;
    private readonly Dictionary<string, YamlNode> values = [];

    private ConfigFile(string path) => this.path = path;

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">It does not exist, is malformed, or has keys that mean nothing.</exception>
    public static ConfigFile Read(string path)
    {
        var config = new ConfigFile(path);
        foreach (var (key, value) in config.Mapping().Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            var known = Array.Find(Known, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (known is null)
                throw config.Error(key, $"unknown key '{name}'{Suggestion.For(name, Known)}");
            if (!config.values.TryAdd(known, value))
                throw config.Error(key, $"'{name}' is given twice");
        }
        return config;
    }

    public string? Text(string key) => Scalar(key) is { } node ? (IsNull(node) ? null : node.Value) : null;

    public int? Integer(string key) =>
        Parse<int?>(
            key,
            "a whole number",
            text =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : null
        );

    public ulong? Unsigned(string key) =>
        Parse<ulong?>(
            key,
            "a whole number from 0 to 18446744073709551615",
            text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null
        );

    public decimal? Amount(string key) =>
        Parse<decimal?>(
            key,
            "an amount like 2.50",
            text =>
                decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null
        );

    public bool? Flag(string key) =>
        Parse<bool?>(key, "true or false", text => bool.TryParse(text, out var value) ? value : null);

    /// <summary>The key is there and says null, which is not the same as being absent.</summary>
    public bool IsExplicitNull(string key) =>
        values.TryGetValue(key, out var node) && node is YamlScalarNode scalar && IsNull(scalar);

    /// <summary>A list of texts, or one text alone.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (!values.TryGetValue(key, out var node))
            return [];
        if (node is YamlSequenceNode sequence)
            return
            [
                .. sequence.Children.Select(child =>
                    child is YamlScalarNode { Value: { } text }
                        ? text
                        : throw Error(child, $"'{key}' takes a list of texts")
                ),
            ];
        return Text(key) is { } single ? [single] : [];
    }

    private T? Parse<T>(string key, string expected, Func<string, T?> parse)
    {
        if (Scalar(key) is not { } node || IsNull(node))
            return default;
        return parse(node.Value ?? "") is { } value
            ? value
            : throw Error(node, $"'{key}' takes {expected}, not '{node.Value}'");
    }

    private YamlScalarNode? Scalar(string key)
    {
        if (!values.TryGetValue(key, out var node))
            return null;
        return node as YamlScalarNode ?? throw Error(node, $"'{key}' takes one value");
    }

    private static bool IsNull(YamlScalarNode node) =>
        node.Style == ScalarStyle.Plain && node.Value is null or "" or "~" or "null" or "Null" or "NULL";

    private YamlMappingNode Mapping()
    {
        try
        {
            using var reader = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(reader);
            if (stream.Documents.Count == 0)
                throw new UserErrorException($"{path} is empty");
            return stream.Documents[0].RootNode as YamlMappingNode
                ?? throw new UserErrorException($"{path}:1: a config file is a mapping of keys to values");
        }
        catch (YamlException malformed)
        {
            throw new UserErrorException($"{path}:{malformed.Start.Line}: {malformed.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read the config file {path}: {failure.Message}");
        }
    }

    private UserErrorException Error(YamlNode node, string problem) => new($"{path}:{node.Start.Line}: {problem}");
}
