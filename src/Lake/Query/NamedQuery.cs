using System.Reflection;

namespace Heretix.Lake;

/// <summary>A query that ships with Heretix.</summary>
/// <param name="Name">What it is called, for example <c>drift-by-model</c>.</param>
/// <param name="Description">One line: what it answers.</param>
/// <param name="Sql">The query.</param>
public sealed record NamedQuery(string Name, string Description, string Sql)
{
    private const string Folder = "Named/";
    private const string Extension = ".sql";
    private static readonly Lazy<IReadOnlyList<NamedQuery>> Shipped = new(Load);

    /// <summary>Every named query, in order of names.</summary>
    public static IReadOnlyList<NamedQuery> All => Shipped.Value;

    /// <summary>Finds a named query.</summary>
    /// <returns>Null when the text is no such name; it may then be SQL.</returns>
    public static NamedQuery? Find(string name) => All.FirstOrDefault(q => q.Name == name);

    /// <summary>The first line of the file is the description, as a comment.</summary>
    private static List<NamedQuery> Load()
    {
        Assembly assembly = typeof(NamedQuery).Assembly;
        List<NamedQuery> queries = [];
        foreach (string resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (resource.StartsWith(Folder, StringComparison.Ordinal))
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
                string description = reader.ReadLine()!.TrimStart('-', ' ');
                queries.Add(new(resource[Folder.Length..^Extension.Length], description, reader.ReadToEnd().Trim()));
            }
        }
        return queries;
    }
}
