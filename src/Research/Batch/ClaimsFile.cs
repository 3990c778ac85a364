using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace Heretix.Research.Batch;

/// <summary>
/// Reads claims from JSONL (<c>claim</c>, and if you like <c>id</c>, <c>label</c>, <c>category</c>), CSV with those
/// headers, or plain text, one claim a line. Empty lines and lines that begin with <c>#</c> are passed over in text
/// and JSONL. Other members and columns are ignored.
/// </summary>
public static class ClaimsFile
{
    /// <summary>Reads a whole file; the format follows its ending (.jsonl, .ndjson, .json, .csv) or its first character.</summary>
    /// <exception cref="ClaimsFileException">Names the file, the line and what is wrong there.</exception>
    public static IReadOnlyList<ClaimLine> Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ClaimsFileException($"cannot read the claims file {path}: {failure.Message}", failure);
        }
        var claims = FormatOf(path, text) switch
        {
            Format.Json => ReadJsonLines(path, text),
            Format.Csv => ReadCsv(path, text),
            _ => ReadText(text),
        };
        if (claims.Count == 0)
            throw new ClaimsFileException($"{path} has no claims");
        var seen = new Dictionary<string, int>();
        foreach (var claim in claims)
        {
            if (!seen.TryAdd(claim.Id, claim.Line))
                throw new ClaimsFileException(
                    $"{path}:{claim.Line}: the id '{claim.Id}' is that of line {seen[claim.Id]} too"
                );
        }
        return claims;
    }

    private enum Format
    {
        Text,
        Json,
        Csv,
    }

    private static Format FormatOf(string path, string text) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" or ".json" => Format.Json,
            ".csv" => Format.Csv,
            _ => text.TrimStart().StartsWith('{') ? Format.Json : Format.Text,
        };

    private static List<ClaimLine> ReadText(string text) =>
        [.. Lines(text).Select(line => new ClaimLine($"line-{line.Number}", line.Text, null, null, line.Number))];

    private static List<ClaimLine> ReadJsonLines(string path, string text)
    {
        var claims = new List<ClaimLine>();
        foreach (var (number, line) in Lines(text))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var json = document.RootElement;
                if (json.ValueKind != JsonValueKind.Object)
                    throw Error(path, number, "a line of JSONL is an object like {\"claim\": \"...\"}");
                claims.Add(
                    Claim(
                        path,
                        number,
                        Member(json, "id"),
                        Member(json, "claim"),
                        Member(json, "label"),
                        Member(json, "category")
                    )
                );
            }
            catch (JsonException malformed)
            {
                throw Error(path, number, $"not JSON: {malformed.Message}");
            }
        }
        return claims;
    }

    private static List<ClaimLine> ReadCsv(string path, string text)
    {
        var settings = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = null,
            TrimOptions = TrimOptions.Trim,
        };
        using var reader = new StringReader(text);
        using var parser = new CsvParser(reader, settings);
        if (!parser.Read())
            return [];
        var header = parser.Record!.Select(name => name.Trim().ToLowerInvariant()).ToList();
        if (!header.Contains("claim"))
            throw Error(path, 1, $"the header has no column 'claim' (it has {string.Join(", ", header)})");
        var claims = new List<ClaimLine>();
        while (parser.Read())
        {
            var record = parser.Record!;
            var number = parser.RawRow;
            if (record.All(string.IsNullOrWhiteSpace))
                continue;
            claims.Add(Claim(path, number, Field("id"), Field("claim"), Field("label"), Field("category")));

            string? Field(string name) =>
                header.IndexOf(name) is var index and >= 0 && index < record.Length ? record[index] : null;
        }
        return claims;
    }

    private static ClaimLine Claim(string path, int line, string? id, string? claim, string? label, string? category)
    {
        if (string.IsNullOrWhiteSpace(claim))
            throw Error(path, line, "there is no claim");
        return new ClaimLine(
            string.IsNullOrWhiteSpace(id) ? $"line-{line}" : id.Trim(),
            claim.Trim(),
            string.IsNullOrWhiteSpace(label) ? null : Label(path, line, label.Trim()),
            string.IsNullOrWhiteSpace(category) ? null : category.Trim(),
            line
        );
    }

    private static double Label(string path, int line, string label) =>
        label.ToLowerInvariant() switch
        {
            "true" or "yes" => 1,
            "false" or "no" => 0,
            var text
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && value is >= 0 and <= 1 => value,
            _ => throw Error(path, line, $"a label is true, false or a number from 0 to 1, not '{label}'"),
        };

    private static string? Member(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value)
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => value.GetString(),
                _ => value.GetRawText(),
            };

    private static IEnumerable<(int Number, string Text)> Lines(string text)
    {
        using var reader = new StringReader(text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var trimmed = line.Trim().TrimStart('\uFEFF');
            if (trimmed.Length > 0 && !trimmed.StartsWith('#'))
                yield return (number, trimmed);
        }
    }

    private static ClaimsFileException Error(string path, int line, string problem) => new($"{path}:{line}: {problem}");
}
