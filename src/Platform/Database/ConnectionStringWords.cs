using System.Data.Common;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>Reads <c>Host=...;Database=...</c> without ever repeating a value in an error.</summary>
internal static class ConnectionStringWords
{
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        var words = new DbConnectionStringBuilder();
        try
        {
            words.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new FormatException(
                "the connection string of the database cannot be read: it consists of Name=value pairs joined by ;, and a value with ; or = in it stands in quotes"
            );
        }
        var builder = new NpgsqlConnectionStringBuilder();
        foreach (string word in words.Keys)
        {
            try
            {
                builder[word] = words[word];
            }
            catch (Exception refused)
                when (refused is ArgumentException or InvalidCastException or FormatException or OverflowException)
            {
                throw new FormatException(
                    builder.ContainsKey(word)
                        ? $"the connection string of the database gives '{word}' a value that it cannot have"
                        : $"the connection string of the database has the unknown or unreadable word '{word}': the words are those of Npgsql, such as Host, Port, Username, Password, Database and SSL Mode"
                );
            }
        }
        if (builder.Host?.AsSpan().IndexOfAny(' ', '=') >= 0)
            throw new FormatException(
                "the connection string of the database separates its Name=value pairs by blanks: here they are separated by ;"
            );
        if (string.IsNullOrEmpty(builder.Host))
            throw new FormatException("the connection string of the database names no Host");
        return builder;
    }
}
