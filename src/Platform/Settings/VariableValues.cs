using Microsoft.Extensions.Configuration;

namespace Heretix.Platform.Settings;

/// <summary>The values of the known variables: given outright, under an alias, or in a file that <c>NAME_FILE</c> names.</summary>
internal sealed class VariableValues
{
    private const int LargestFile = 64 * 1024;
    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    public VariableValues(IConfiguration configuration, ICollection<string> problems)
    {
        foreach (var variable in Variable.All)
        {
            var own = Value(configuration, variable.Name, problems);
            var other = variable.Alias is { } alias ? Value(configuration, alias, problems) : null;
            if (own is not null && other is not null && own != other)
                problems.Add(
                    $"{variable.Name} and {variable.Alias} are two names of one value but differ: set only {variable.Name}."
                );
            if ((own ?? other) is { } value)
                values[variable.Name] = value;
        }
    }

    /// <summary>The value of a variable without white space around it; null when it is not set or empty.</summary>
    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>Replaces a value by the one form in which rooms read it.</summary>
    public void Normalise(string name, string value) => values[name] = value;

    /// <summary>The configuration with the values under their own names in front of it.</summary>
    public IConfiguration Over(IConfiguration configuration)
    {
        // An empty value means the same as none, whichever way a room asks for it.
        var known = Variable.All.ToDictionary(variable => variable.Name, variable => this[variable.Name]);
        return new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(known).Build();
    }

    private static string? Value(IConfiguration configuration, string name, ICollection<string> problems)
    {
        var value = configuration[name]?.Trim();
        var path = configuration[$"{name}_FILE"]?.Trim();
        if (string.IsNullOrEmpty(path))
            return string.IsNullOrEmpty(value) ? null : value;
        if (!string.IsNullOrEmpty(value))
            problems.Add($"{name} and {name}_FILE are both set: leave one of them out.");
        return Content(name, path, problems);
    }

    private static string? Content(string name, string path, ICollection<string> problems)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var buffer = new char[LargestFile];
            var length = reader.ReadBlock(buffer);
            if (length == LargestFile)
                problems.Add($"{name}_FILE: {path} is longer than {LargestFile} characters; it holds one value.");
            var content = new string(buffer, 0, length).Trim();
            if (content.Length > 0)
                return content;
            problems.Add($"{name}_FILE: {path} is empty; write the value of {name} into it.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{name}_FILE: {path} cannot be read; it must be a file that this user may read.");
        }
        return null;
    }
}
