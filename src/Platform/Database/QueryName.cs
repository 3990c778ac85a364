using System.Text.RegularExpressions;

namespace Heretix.Platform.Database;

/// <summary>What a command is called where its text must not appear.</summary>
internal static partial class QueryName
{
    /// <summary>Its tag, or its first word in lower case: few different values.</summary>
    public static string ForMetrics(string sql)
    {
        if (Tag(sql) is { } tag)
            return tag;
        var trimmed = sql.AsSpan().TrimStart();
        var end = trimmed.IndexOfAnyExceptInRange('A', 'z');
        return (end < 0 ? trimmed : trimmed[..end]) switch
        {
            ['s' or 'S', 'e' or 'E', 'l' or 'L', ..] => "select",
            ['i' or 'I', 'n' or 'N', ..] => "insert",
            ['u' or 'U', 'p' or 'P', ..] => "update",
            ['d' or 'D', 'e' or 'E', 'l' or 'L', ..] => "delete",
            ['w' or 'W', 'i' or 'I', ..] => "with",
            _ => "other",
        };
    }

    /// <summary>Its tag, or its first word and the first table that it names.</summary>
    public static string ForLog(string sql) =>
        Tag(sql) ?? $"{ForMetrics(sql)} {Table().Match(sql).Groups["table"].Value.Replace("\"", "")}".TrimEnd();

    private static string? Tag(string sql)
    {
        if (!sql.StartsWith("-- ", StringComparison.Ordinal))
            return null;
        var end = sql.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? sql[3..] : sql[3..end];
    }

    // The name of a table, which holds nothing of anybody's: words, dots and quotes alone.
    [GeneratedRegex(@"\b(from|into|update|join)\s+(?<table>[a-z_""]+(\.[a-z_""]+)?)", RegexOptions.IgnoreCase)]
    private static partial Regex Table();
}
