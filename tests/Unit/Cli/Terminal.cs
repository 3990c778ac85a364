using System.Text.Json.Nodes;
using Heretix.Cli;
using Heretix.Cli.Settings;

namespace Heretix.Tests.Unit.Cli;

/// <summary>A call of <c>hx</c> in this process: what it reads, prints and answers, in a folder of its own.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("heretix-").FullName;

    public Dictionary<string, string?> Environment { get; } = [];

    public string Input { get; set; } = "";

    /// <summary>Somebody sits there who can be asked.</summary>
    public bool Attended { get; set; }

    public string Output { get; private set; } = "";

    public string Errors { get; private set; } = "";

    public string this[string name] => Path.Combine(folder, name);

    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>Runs a verb as it is.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var input = new StringReader(Input);
        var around = new Surroundings(
            Environment.GetValueOrDefault,
            output,
            errors,
            input,
            errorIsTerminal: false,
            TimeProvider.System
        )
        {
            InputIsTerminal = Attended,
        };
        var code = await CommandLine.RunAsync(arguments, around);
        (Output, Errors) = (output.ToString(), errors.ToString());
        return code;
    }

    /// <summary>Runs a measuring verb on the mock with a store of this terminal's own and no Parquet.</summary>
    public Task<int> MockAsync(params string[] arguments) =>
        RunAsync([.. arguments, "--mock", "--b", "200", "--db", this["store.sqlite"], "--no-export"]);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
