using System.Globalization;
using System.Text.Json;
using Heretix.Cli;
using Heretix.Cli.Settings;

namespace Heretix.Tests.Unit.Cli;

/// <summary>The command line in this process, working on a store in a folder of its own, against the mock.</summary>
internal sealed class HxFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hx-");

    /// <summary>The clock of the calls that follow.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>A path in the folder.</summary>
    public string this[string name] => Path.Combine(folder.FullName, name);

    /// <summary>Writes a file into the folder and gives its path.</summary>
    public string File(string name, params string[] lines)
    {
        System.IO.File.WriteAllLines(this[name], lines);
        return this[name];
    }

    /// <summary>Runs <c>hx</c> on the folder's store with the mock, small and without Parquet.</summary>
    public Task<HxOutcome> MeasureAsync(params string[] arguments) =>
        RunAsync([.. arguments, "--mock", "--no-export", "--b", "200"]);

    /// <summary>Runs <c>hx</c> on the folder's store.</summary>
    public async Task<HxOutcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var around = new Surroundings(_ => null, output, errors, TextReader.Null, errorIsTerminal: false, Time);
        var code = await CommandLine.RunAsync([.. arguments, "--db", this["store.sqlite"]], around);
        return new HxOutcome(code, output.ToString(), errors.ToString());
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}

/// <summary>What a call of <c>hx</c> left behind.</summary>
internal sealed record HxOutcome(int Code, string Output, string Errors)
{
    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}
