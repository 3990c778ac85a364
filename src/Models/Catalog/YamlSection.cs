using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Heretix.Models;

/// <summary>
/// A mapping of a YAML file, read node by node: no reflection, so it starts fast, and every error knows its line.
/// </summary>
internal sealed class YamlSection(string file, YamlMappingNode mapping)
{
    private const long LargestFile = 64 * 1024;

    public string File => file;

    /// <summary>Reads a file whose root is a mapping; at most 64 KiB.</summary>
    public static YamlSection Read(string path)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            if (stream.Length > LargestFile)
                throw new ModelConfigurationException(path, 0, "the file is larger than 64 KiB.");
            using var reader = new StreamReader(stream);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents is [{ RootNode: YamlMappingNode root }]
                ? new YamlSection(path, root)
                : throw new ModelConfigurationException(path, 1, "expected one document of 'key: value' lines.");
        }
        catch (YamlException e)
        {
            throw new ModelConfigurationException(path, e.Start.Line, $"not readable as YAML: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelConfigurationException(path, 0, $"the file cannot be read: {e.Message}");
        }
    }

    public IEnumerable<string> Keys => mapping.Children.Keys.Select(k => Scalar(k, "key"));

    public ModelConfigurationException Error(string? key, string problem) =>
        new(file, key is null ? mapping.Start.Line : (Node(key) ?? mapping).Start.Line, problem);

    /// <summary>Refuses a key that is not expected, with a suggestion.</summary>
    public void AllowOnly(params string[] known)
    {
        foreach (var node in mapping.Children.Keys)
        {
            var key = Scalar(node, "key");
            if (known.Contains(key))
                continue;
            var hint = ClosestName.Of(key, known) is { } close ? $" Did you mean '{close}'?" : "";
            throw new ModelConfigurationException(
                file,
                node.Start.Line,
                $"unknown key '{key}'.{hint} Known keys: {string.Join(", ", known)}."
            );
        }
    }

    public string? Text(string key) => Node(key) is { } node ? Scalar(node, key) : null;

    public string Required(string key) =>
        Text(key) is { Length: > 0 } text ? text : throw Error(key, $"'{key}' is missing or empty.");

    public bool? Flag(string key) =>
        Text(key) switch
        {
            null => null,
            "true" => true,
            "false" => false,
            var other => throw Error(key, $"'{key}' is '{other}' but must be true or false."),
        };

    public int? Count(string key) =>
        Text(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n
        : throw Error(key, $"'{key}' is '{text}' but must be a whole number above zero.");

    public double? Number(string key, double atLeast) =>
        Text(key) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
        && x >= atLeast
        && double.IsFinite(x)
            ? x
        : throw Error(key, $"'{key}' is '{text}' but must be a number of at least {atLeast}.");

    public IReadOnlyList<string> Texts(string key) =>
        Node(key) switch
        {
            null => [],
            YamlSequenceNode list => [.. list.Children.Select(item => Scalar(item, key))],
            var node => [Scalar(node, key)],
        };

    public YamlSection? Section(string key) =>
        Node(key) switch
        {
            null => null,
            YamlMappingNode child => new YamlSection(file, child),
            _ => throw Error(key, $"'{key}' must hold 'key: value' lines."),
        };

    private YamlNode? Node(string key)
    {
        foreach (var (name, value) in mapping.Children)
            if (name is YamlScalarNode { Value: { } text } && text == key)
                return value;
        return null;
    }

    private string Scalar(YamlNode node, string key) =>
        node is YamlScalarNode { Value: { } value }
            ? value
            : throw new ModelConfigurationException(file, node.Start.Line, $"'{key}' must be a single value.");
}
