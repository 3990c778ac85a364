using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heretix.Chats.Statistics;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx chat stats</c>: what a chat says in figures, as text, JSON or a page with charts.</summary>
internal sealed class ChatStatsVerb
{
    private static readonly ChatStatisticsJson Indented = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    private readonly ChatSelection chat = new();
    private readonly Option<bool> json = new("--json") { Description = "All figures as JSON" };
    private readonly Option<bool> html = new("--html") { Description = "One self-contained page with charts" };
    private readonly Option<bool> ascii = new("--ascii")
    {
        Description = "Count words of A to Z and English markers only, as older statistics did",
    };
    private readonly Option<string?> outFile = new("--out", "-o")
    {
        Description = "Where the page goes (default the file's name with .html)",
        HelpName = "FILE",
    };
    private readonly Surroundings around;

    private ChatStatsVerb(Surroundings around) => this.around = around;

    public static Command Create(Surroundings around)
    {
        var stats = new ChatStatsVerb(around);
        var verb = new VerbCommand(
            "stats",
            "Show what a chat says in figures",
            "hx chat stats chat.zip",
            "hx chat stats chat.txt --json | jq .top_words",
            "hx chat stats chat.txt --html --out chat.html"
        )
        {
            stats.json,
            stats.html,
            stats.ascii,
            stats.outFile,
        };
        stats.chat.AddTo(verb);
        verb.SetAction((parsed, stop) => Stoppable.RunAsync(around, stopped => stats.RunAsync(parsed, stopped), stop));
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var (asJson, asPage) = (parsed.GetValue(json), parsed.GetValue(html));
        if (asJson && asPage)
            throw new UserErrorException("--json and --html exclude each other", ExitCode.Usage);
        if (parsed.GetValue(outFile) is not null && !asPage)
            throw new UserErrorException("--out is for --html", ExitCode.Usage);
        await using var stream = chat.Stream(parsed);
        using var export = chat.Open(parsed, stream, stop);
        using var reader = export.Read();
        var builder = new StatisticsBuilder(new StatisticsOptions { AsciiCompatible = parsed.GetValue(ascii) });
        while (reader.Read())
        {
            stop.ThrowIfCancellationRequested();
            builder.Add(reader.Current);
        }
        var statistics = builder.Build(reader.Authors);
        if (asJson)
            await around.Out.WriteLineAsync(JsonSerializer.Serialize(statistics, Indented.ChatStatistics));
        else if (asPage)
        {
            var path = parsed.GetValue(outFile) ?? chat.Name(parsed) + ".html";
            var page = new ChatPage(statistics, export.Format, reader.Unread, around.Time.GetUtcNow());
            await PageFile.WriteAsync(path, page.Write, around);
            await around.Out.WriteLineAsync(path);
        }
        else
            ChatText.Write(statistics, export.Format, reader.Unread, around.Out);
        return ExitCode.Ok;
    }
}
