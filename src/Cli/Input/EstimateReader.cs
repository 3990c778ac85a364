using System.Text;
using System.Text.Json;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Input;

/// <summary>
/// Reads <c>{"logits":[["template-a",[0.1,0.2]],...]}</c>, or <c>{"logits":{"template-a":[0.1,0.2],...}}</c>, or either
/// of them under <c>"probabilities"</c>. Anything else is refused with its line and what should stand there.
/// </summary>
internal sealed class EstimateReader
{
    private const string Expected =
        """it takes {"logits":[["template-a",[0.1,0.2]],["template-b",[0.3]]]} or the same under "probabilities" """;

    private static readonly string[] Keys = [EstimateInput.LogitsKey, EstimateInput.ProbabilitiesKey];

    private readonly byte[] text;
    private readonly string source;
    private string place = "";

    private EstimateReader(byte[] text, string source)
    {
        this.text = text;
        this.source = source;
    }

    /// <param name="text">UTF-8, possibly with a byte order mark.</param>
    /// <param name="source">What errors call it: a path or <c>standard input</c>.</param>
    /// <exception cref="UserErrorException">It is not what is expected.</exception>
    public static EstimateInput Read(byte[] text, string source)
    {
        var content = text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        if (content.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            throw new UserErrorException($"{source} is empty; {Expected.TrimEnd()}");
        return new EstimateReader(content, source).Read();
    }

    private EstimateInput Read()
    {
        var json = new Utf8JsonReader(text);
        try
        {
            json.Read();
            Require(ref json, JsonTokenType.StartObject, "an object");
            EstimateInput? input = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var key = json.GetString()!;
                if (!Keys.Contains(key, StringComparer.Ordinal))
                    throw Error(ref json, $"unknown key '{key}'{Suggestion.For(key, Keys)}");
                if (input is not null)
                    throw Error(
                        ref json,
                        $"\"{key}\" is one set of numbers too many: give \"logits\" or \"probabilities\" once"
                    );
                json.Read();
                var probabilities = key == EstimateInput.ProbabilitiesKey;
                input = new EstimateInput(probabilities, Templates(ref json, key));
            }
            json.Read();
            return input ?? throw new UserErrorException($"{source} has no numbers; {Expected.TrimEnd()}");
        }
        catch (JsonException malformed)
        {
            throw Malformed(malformed);
        }
    }

    private List<TemplateValues> Templates(ref Utf8JsonReader json, string key)
    {
        place = $"\"{key}\"";
        if (json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
            throw Unexpected(ref json, "a list of [name, values] pairs");
        var pairs = json.TokenType == JsonTokenType.StartArray;
        var templates = new List<TemplateValues>();
        var names = new HashSet<string>();
        while (json.Read() && json.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            place = $"\"{key}\", template {templates.Count + 1}";
            if (pairs)
                Open(ref json);
            var name = json.GetString()!;
            place = $"template '{name}'";
            if (!names.Add(name))
                throw Error(ref json, $"{place} is given twice; put all its values into one list");
            json.Read();
            templates.Add(new TemplateValues(name, Values(ref json, key == EstimateInput.ProbabilitiesKey)));
            if (pairs)
                Close(ref json);
        }
        place = $"\"{key}\"";
        return templates.Count > 0 ? templates : throw Error(ref json, $"{place} has no template; give at least one");
    }

    private void Open(ref Utf8JsonReader json)
    {
        Require(ref json, JsonTokenType.StartArray, "a [name, values] pair");
        json.Read();
        Require(ref json, JsonTokenType.String, "the template's name as the first of the pair");
    }

    private void Close(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.EndArray)
            throw Error(ref json, $"{place} has more than a name and one list of values");
    }

    private List<double> Values(ref Utf8JsonReader json, bool probabilities)
    {
        var template = place;
        Require(ref json, JsonTokenType.StartArray, "a list of numbers");
        var values = new List<double>();
        while (true)
        {
            place = $"{template}, value {values.Count + 1}";
            json.Read();
            if (json.TokenType == JsonTokenType.EndArray)
                break;
            Require(ref json, JsonTokenType.Number, "a number");
            var value = json.GetDouble();
            if (!double.IsFinite(value))
                throw Error(ref json, $"{place} is too large: {Encoding.UTF8.GetString(json.ValueSpan)}");
            if (probabilities && value is not (>= 0 and <= 1))
                throw Error(
                    ref json,
                    $"{place} is {Encoding.UTF8.GetString(json.ValueSpan)}, and a probability lies in [0, 1]"
                );
            values.Add(value);
        }
        place = template;
        return values.Count > 0
            ? values
            : throw Error(ref json, $"{place} has no values; leave it out or give at least one");
    }

    private void Require(ref Utf8JsonReader json, JsonTokenType type, string expected)
    {
        if (json.TokenType != type)
            throw Unexpected(ref json, expected);
    }

    private UserErrorException Unexpected(ref Utf8JsonReader json, string expected)
    {
        var found = json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.String => $"the text \"{json.GetString()}\"",
            JsonTokenType.EndArray or JsonTokenType.EndObject => "missing",
            _ => Encoding.UTF8.GetString(json.ValueSpan),
        };
        return Error(ref json, $"{(place.Length > 0 ? place : "this")} should be {expected} but is {found}");
    }

    private UserErrorException Error(ref Utf8JsonReader json, string problem) =>
        At(text.AsSpan(0, (int)json.TokenStartIndex).Count((byte)'\n'), problem);

    private UserErrorException Malformed(JsonException malformed)
    {
        var line = malformed.LineNumber ?? 0;
        var problem = malformed.Message;
        var technical = problem.IndexOf(" LineNumber:", StringComparison.Ordinal);
        problem = "not readable as JSON: " + (technical < 0 ? problem : problem[..technical]);
        foreach (var word in (string[])["NaN", "Infinity", "nan", "inf"])
        {
            if (From(line, malformed.BytePositionInLine ?? 0).StartsWith(Encoding.UTF8.GetBytes(word)))
                problem = $"{place} is {word}; only finite numbers can be aggregated";
        }
        return At(line, problem);
    }

    private ReadOnlySpan<byte> From(long line, long column)
    {
        var rest = text.AsSpan();
        for (; line > 0; line--)
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        return rest[(int)Math.Min(column, rest.Length)..];
    }

    private UserErrorException At(long line, string problem) => new($"{source}:{line + 1}: {problem}");
}
