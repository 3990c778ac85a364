using System.Collections.Concurrent;

namespace Heretix.Rpl.Prompts;

/// <summary>
/// The prompt banks of one directory, found by name (<c>rpl_h1</c>) or full version (<c>rpl_h1_2026-11-21</c>). What is
/// asked for is only ever compared with what the directory lists, so it cannot act as a path. A file is read and
/// validated when its bank is first asked for.
/// </summary>
/// <param name="directory">Folder with one <c>.yaml</c> file per bank.</param>
public sealed class PromptLibrary(string directory)
{
    /// <summary>Environment variable that names another directory.</summary>
    public const string DirectoryVariable = "RPL_PROMPTS_DIR";

    private readonly ConcurrentDictionary<string, PromptBank> _loaded = new(StringComparer.Ordinal);

    /// <summary>
    /// The directory named by <c>RPL_PROMPTS_DIR</c>, or <c>prompts</c> beside the program when that is not set.
    /// </summary>
    public static string DefaultDirectory =>
        Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } named
            ? named
            : Path.Combine(AppContext.BaseDirectory, "prompts");

    /// <summary>The folder that is searched.</summary>
    public string Directory => directory;

    /// <summary>Names of the banks in ordinal order; empty when the directory is missing.</summary>
    public IReadOnlyList<string> Names => [.. Files().Select(NameOf).Where(PromptBankFile.IsName)];

    /// <summary>The bank of that name or full version.</summary>
    /// <exception cref="UnknownPromptException">None has it, or two files claim the same version.</exception>
    /// <exception cref="InvalidPromptBankException">Its file breaks a rule.</exception>
    public PromptBank Get(string nameOrVersion)
    {
        ArgumentNullException.ThrowIfNull(nameOrVersion);
        return _loaded.TryGetValue(nameOrVersion, out var bank)
            ? bank
            : _loaded.GetOrAdd(nameOrVersion, FromFile(Find(nameOrVersion)));
    }

    /// <summary>Reads and validates one file, wherever it lies; its name becomes the bank's name.</summary>
    /// <exception cref="InvalidPromptBankException">The file is missing or breaks a rule.</exception>
    public static PromptBank FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new PromptBankFile(path).Read();
    }

    private string Find(string requested)
    {
        var files = Files();
        var versions = Array.ConvertAll(files, PromptBankFile.PeekVersion);
        var index = Array.FindIndex(files, file => NameOf(file) == requested && PromptBankFile.IsName(requested));
        if (index < 0)
        {
            index = Array.IndexOf(versions, requested);
        }

        if (index < 0)
        {
            throw Unknown(requested, files, versions);
        }

        var twin = Array.FindIndex(versions, index + 1, version => version == versions[index]);
        twin = twin >= 0 ? twin : Array.FindIndex(versions, 0, index, version => version == versions[index]);
        if (versions[index] is { } version && twin >= 0)
        {
            var (first, second) = index < twin ? (index, twin) : (twin, index);
            throw new UnknownPromptException(
                requested,
                $"prompt version '{version}' stands in two files, {PromptBankFile.Display(files[first])} and "
                    + $"{PromptBankFile.Display(files[second])}: give one of them another version",
                Names,
                null
            );
        }

        return files[index];
    }

    private UnknownPromptException Unknown(string requested, string[] files, string?[] versions)
    {
        var names = Names;
        var closest = Closest.To(requested, names.Concat(versions.OfType<string>().Where(PromptBankFile.IsName)));
        var message = $"unknown prompt '{requested}'; ";
        message +=
            names.Count > 0 ? $"the banks in {directory} are {string.Join(", ", names)}"
            : System.IO.Directory.Exists(directory) ? $"{directory} holds no prompt bank"
            : $"the directory {directory} does not exist (set {DirectoryVariable} to the folder of your prompt banks)";
        message += closest is null ? "" : $"; did you mean '{closest}'?";

        var unreadable = files.Where((_, i) => versions[i] is null).Select(PromptBankFile.Display).ToArray();
        message += unreadable.Length == 0 ? "" : $" (no version could be read from {string.Join(", ", unreadable)})";
        var misnamed = files
            .Where(file => !PromptBankFile.IsName(NameOf(file)))
            .Select(PromptBankFile.Display)
            .ToArray();
        message +=
            misnamed.Length == 0
                ? ""
                : $" (not offered, since a bank's file name {PromptBankFile.NameRule}: {string.Join(", ", misnamed)})";
        return new UnknownPromptException(requested, message, names, closest);
    }

    private string[] Files()
    {
        if (!System.IO.Directory.Exists(directory))
        {
            return [];
        }

        var files = System.IO.Directory.GetFiles(directory, "*.yaml");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);
}
