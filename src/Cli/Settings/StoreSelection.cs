using System.CommandLine;
using Heretix.Research.Store;

namespace Heretix.Cli.Settings;

/// <summary>Options of verbs that look at what earlier measurements stored.</summary>
internal sealed class StoreSelection
{
    private readonly Option<bool> mock = new("--mock") { Description = "The store of mock runs" };

    private readonly Option<string?> database = new("--db")
    {
        Description = $"The store (default {StoreLocation.DefaultDatabase}, or {StoreLocation.DefaultMockDatabase})",
        HelpName = "FILE",
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(mock);
        verb.Options.Add(database);
    }

    /// <summary>The SQLite file in question: flag over environment over default, as for the verbs that measure.</summary>
    public string Path(ParseResult parsed, Surroundings around) =>
        parsed.GetValue(database) ?? StoreLocation.DatabaseFor(IsMock(parsed, around), around);

    /// <summary>Opens a store that is there; nothing is created for somebody who only wants to look.</summary>
    /// <exception cref="UserErrorException">It does not exist.</exception>
    /// <exception cref="StoreException">It is no store.</exception>
    public ResearchStore Open(ParseResult parsed, Surroundings around)
    {
        var path = Path(parsed, around);
        if (!File.Exists(path))
            throw new UserErrorException(Missing(path, parsed, around));
        return ResearchStore.Open(
            new StoreOptions(path, OnNotice: sentence => around.Error.WriteLine("hx: " + sentence)),
            around.Time
        );
    }

    private bool IsMock(ParseResult parsed, Surroundings around) =>
        parsed.GetValue(mock) || (around.Flag("HERETIX_MOCK") ?? false);

    private string Missing(string path, ParseResult parsed, Surroundings around)
    {
        if (Directory.Exists(path))
            return $"{path} is a folder: name the SQLite file in it with --db";
        var mockRunsOnly =
            path == StoreLocation.DefaultDatabase
            && !IsMock(parsed, around)
            && File.Exists(StoreLocation.DefaultMockDatabase);
        return $"there is no store at {path}: nothing has been measured into it yet; "
            + (mockRunsOnly ? "--mock shows the mock runs" : "`hx run` makes one, and --db or --mock chooses another");
    }
}
